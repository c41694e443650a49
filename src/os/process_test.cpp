#include "os/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "os/temporary_folder_for_tests.h"

namespace lpm::os {
namespace {

ChildOptions shell(const std::string& script) {
  ChildOptions options;
  options.argv = {"sh", "-c", script};
  options.environment = {{"PATH", "/usr/bin:/bin"}};
  options.capture_output = true;
  return options;
}

TEST(RunChild, ReportsStatusAndBothOutputs) {
  const auto result = run_child(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 7);
  EXPECT_EQ(result->signal, 0);
  EXPECT_EQ(result->out, "out\n");
  EXPECT_EQ(result->err, "err\n");
}

TEST(RunChild, TakesOutputsThatAreLargerThanAPipe) {
  const auto result = run_child(shell("head -c 300000 /dev/zero >&2; head -c 500000 /dev/zero"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out.size(), 500'000U);
  EXPECT_EQ(result->err.size(), 300'000U);
}

TEST(RunChild, ReportsDeathBySignalAs128AndMore) {
  const auto result = run_child(shell("kill -KILL $$"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 128 + SIGKILL);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST(RunChild, GivesFolderAndWholeEnvironment) {
  const TemporaryFolder folder;
  ChildOptions options = shell("pwd; echo \"$ONLY\"; echo \"${HOME-unset}\"");
  options.directory = folder.path();
  options.environment.insert(options.environment.begin(), {"ONLY", "this"});
  const auto result = run_child(options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, *real_path(folder.path()) + "\nthis\nunset\n");
}

TEST(RunChild, LooksProgramsUpOnTheChildsPath) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "only-here", "#!/bin/sh\necho found \"$1\"\n", 0755));
  ChildOptions options = shell("");
  options.argv = {"only-here", "it"};
  EXPECT_FALSE(run_child(options));
  options.environment = {{"PATH", folder.path()}};
  const auto result = run_child(options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "found it\n");
}

TEST(RunChild, RunsScriptsWithoutInterpreterLineByTheShell) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "script", "echo plain \"$1\"\n", 0755));
  ChildOptions options = shell("");
  options.argv = {folder / "script", "text"};
  const auto result = run_child(options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "plain text\n");
}

TEST(RunChild, ErrorsNameWhatIsMissing) {
  ChildOptions options = shell("true");
  options.argv = {"no-such-program"};
  const auto missing = run_child(options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "cannot find `no-such-program` on PATH");
  options = shell("true");
  options.directory = "/no/such/folder";
  const auto folder = run_child(options);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().where, "/no/such/folder");
}

TEST(RunChild, ChildDiesOfAClosedPipeEvenWhenWeIgnoreIt) {
  const auto previous = ::signal(SIGPIPE, SIG_IGN);
  const auto result = run_child(shell("sh -c 'kill -PIPE $$; echo alive'"));
  ::signal(SIGPIPE, previous);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "");
}

// In a process of its own, since the signals would hit the whole test program.
int status_after_signal(const std::string& script, int signal) {
  const pid_t parent = ::fork();
  if (parent == 0) {
    const auto result = run_child(shell(script));
    ::_exit(result ? result->status : 99);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ::kill(parent, signal);
  int status = 0;
  ::waitpid(parent, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RunChild, PassesStopSignalsOn) {
  const std::string script =
      "trap 'exit 41' TERM; trap 'exit 42' INT; trap 'exit 43' HUP;"
      "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.2; done";
  EXPECT_EQ(status_after_signal(script, SIGTERM), 41);
  EXPECT_EQ(status_after_signal(script, SIGINT), 42);
  EXPECT_EQ(status_after_signal(script, SIGHUP), 43);
  EXPECT_EQ(status_after_signal("exec sleep 5", SIGTERM), 128 + SIGTERM);
}

TEST(RunChild, RestoresTheSignalActionsOfItsCaller) {
  struct sigaction before {
  }, after{};
  ::sigaction(SIGTERM, nullptr, &before);
  ASSERT_TRUE(run_child(shell("true")));
  ::sigaction(SIGTERM, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(ExecChild, BecomesTheProgram) {
  const pid_t child = ::fork();
  if (child == 0) {
    ChildOptions options = shell("exit 17");
    [[maybe_unused]] const Error error = exec_child(options);
    ::_exit(99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 17);
  ChildOptions options = shell("");
  options.argv = {"/no/such/program"};
  EXPECT_EQ(exec_child(options).what, "cannot run `/no/such/program`");
}

TEST(StopHandlers, NoteTheSignalAndASecondOneEndsTheProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    install_stop_handlers();
    if (pending_stop_signal() != 0) ::_exit(1);
    ::raise(SIGTERM);
    if (pending_stop_signal() != SIGTERM) ::_exit(2);
    ::raise(SIGINT);
    ::_exit(3);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "exit status " << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(FindExecutable, TakesTheFirstThatMayRun) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "a/tool"));
  ASSERT_TRUE(make_directory(folder / "b"));
  ASSERT_TRUE(make_directory(folder / "c"));
  ASSERT_TRUE(write_file(folder / "b/tool", "", 0644));
  ASSERT_TRUE(write_file(folder / "c/tool", "", 0755));
  const std::string list = ":" + folder / "a" + "::" + (folder / "b") + ":" + (folder / "c");
  EXPECT_EQ(find_executable("tool", list), folder / "c/tool");
  EXPECT_EQ(find_executable("tool", folder / "b"), std::nullopt);
  EXPECT_EQ(find_executable("", list), std::nullopt);
}

TEST(Process, AZombieRunsNoMore) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(process_start_time(child), 0U);
  ::waitpid(child, nullptr, 0);
}

TEST(Process, KnowsItself) {
  EXPECT_GT(process_start_time(process_id()), 0U);
  EXPECT_EQ(process_start_time(0x7ffffff0), 0U);
  EXPECT_NE(own_executable().find("os_test"), std::string::npos);
  EXPECT_GT(peak_memory_bytes(), 1'000'000U);
  EXPECT_EQ(boot_id().find('\n'), std::string::npos);
  EXPECT_FALSE(current_directory().empty());
  EXPECT_TRUE(libc_family() == "glibc" || libc_family() == "musl");
}

TEST(Process, EnvironmentIsSortedAndWithoutRepeats) {
  ::setenv("LPM_TEST_B", "2=3", 1);
  ::setenv("LPM_TEST_A", "", 1);
  const EnvironmentMap environment = current_environment();
  EXPECT_TRUE(std::is_sorted(environment.begin(), environment.end()));
  EXPECT_NE(std::find(environment.begin(), environment.end(),
                      EnvironmentMap::value_type("LPM_TEST_B", "2=3")),
            environment.end());
  EXPECT_EQ(environment_variable("LPM_TEST_A"), "");
  EXPECT_EQ(environment_variable("LPM_TEST_NONE"), std::nullopt);
}

TEST(Process, HomeComesFromTheUserDatabaseWhenUnset) {
  const auto before = environment_variable("HOME");
  ::setenv("HOME", "/somewhere", 1);
  EXPECT_EQ(home_directory(), "/somewhere");
  ::unsetenv("HOME");
  EXPECT_TRUE(home_directory().starts_with('/'));
  if (before) ::setenv("HOME", before->c_str(), 1);
}

}  // namespace
}  // namespace lpm::os
