// Every attempt fails at both levels, and gets through without a sandbox: otherwise its failure
// would say nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "sandbox/stage.h"

namespace lpm::sandbox_test {
namespace {

using os::SandboxLevel;
using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> words_of(const Stage& stage, const std::string& attempt) {
  std::vector<std::string> words = {stage.scene().program, "attempt", attempt};
  for (std::string& word : stage.scene().words()) words.push_back(std::move(word));
  return words;
}

bool gets_through_unhindered(const Stage& stage, const Attempt& attempt) {
  os::ChildOptions child;
  child.argv = words_of(stage, attempt.name);
  child.directory = stage.scene().package;
  child.environment = {{"LPM_SANDBOX_TOKEN", "secret"}};
  child.capture_output = true;
  const auto ran = os::run_child(child);
  return ran && ran->status == 0;
}

// What an older kernel can do is what its Landlock can do.
struct Machine {
  const char* name;
  SandboxLevel level;
  int newest_landlock;
};
constexpr Machine kMachines[] = {{"full", SandboxLevel::Full, 1000},
                                 {"full, without Landlock", SandboxLevel::Full, 0},
                                 {"contained", SandboxLevel::Contained, 1000},
                                 {"contained, Landlock 3", SandboxLevel::Contained, 3}};

void expect_all_fail(const std::vector<Attempt>& attempts) {
  Stage stage;
  for (const Attempt& attempt : attempts) {
    SCOPED_TRACE(attempt.name);
    for (const Machine& machine : kMachines) {
      if (!can_hold(machine.level)) continue;
      SCOPED_TRACE(machine.name);
      stage.restore();
      os::SandboxRequest request = stage.request(machine.level, words_of(stage, attempt.name));
      request.newest_landlock = machine.newest_landlock;
      const Ran ran = run(request);
      EXPECT_NE(ran.outcome.status, 0) << "it got out";
      EXPECT_NE(ran.outcome.status, 2) << "no such attempt";
      EXPECT_NE(ran.outcome.status, 127) << "it did not run: " << ran.err;
    }
    stage.restore();
    if (attempt.needs == Needs::Root && ::geteuid() != 0) continue;
    const bool gets_through = gets_through_unhindered(stage, attempt);
    if (attempt.needs == Needs::Kernel && !gets_through)
      std::printf("note: `%s` fails here without a sandbox, too\n", attempt.name);
    else
      EXPECT_TRUE(gets_through) << "fails without a sandbox, too";
  }
}

TEST(SandboxEscape, FilesAreOutOfReach) {
  expect_all_fail(file_attempts());
}
TEST(SandboxEscape, AttributesOfFilesOutsideStayAsTheyAre) {
  expect_all_fail(attribute_attempts());
}
TEST(SandboxEscape, OtherProcessesAreOutOfReach) {
  expect_all_fail(process_attempts());
}
TEST(SandboxEscape, SocketsAreOutOfReach) {
  expect_all_fail(socket_attempts());
}
TEST(SandboxEscape, TheKernelsBackDoorsAreShut) {
  expect_all_fail(kernel_attempts());
}

class SandboxLevels : public ::testing::TestWithParam<SandboxLevel> {
 protected:
  void SetUp() override {
    if (!can_hold(GetParam())) GTEST_SKIP() << "not on this machine";
  }
  os::SandboxRequest shell(const std::string& script) const {
    return stage.request(GetParam(), {"/bin/sh", "-c", script});
  }
  Stage stage;
};

TEST_P(SandboxLevels, LeavesNoProcessBehind) {
  const std::string late = stage.scene().own("late");
  const std::string script = "(setsid sh -c 'sleep 1; echo x >late' >/dev/null 2>&1 &) ; exit 3";
  EXPECT_EQ(run(shell(script)).outcome.status, 3);
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_FALSE(os::exists(late));
  os::ChildOptions child;
  child.argv = {"/bin/sh", "-c", script};
  child.directory = stage.scene().package;
  child.environment = {{"PATH", "/usr/bin:/bin"}};
  ASSERT_TRUE(os::run_child(child));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(os::exists(late)) << "without a sandbox it would have lived on";
}

TEST_P(SandboxLevels, EndsAForkBomb) {
  os::SandboxRequest request = shell("f() { sleep 20 & f; }; f");
  request.limits.processes = 100;
  const auto started = std::chrono::steady_clock::now();
  const Ran ran = run(request);
  EXPECT_NE(ran.outcome.status, 0);
  EXPECT_EQ(ran.outcome.limit, os::SandboxLimit::Processes) << ran.err;
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(60));
}

TEST_P(SandboxLevels, EndsWhatTakesTooLong) {
  os::SandboxRequest request = shell("trap '' TERM INT HUP; while :; do sleep 1; done");
  request.limits.time = std::chrono::milliseconds(300);
  const Ran ran = run(request);
  EXPECT_EQ(ran.outcome.limit, os::SandboxLimit::Time);
  EXPECT_NE(ran.outcome.status, 0);
}

TEST_P(SandboxLevels, EndsWhatTakesTooMuchMemory) {
  const std::string script = "head -c 200000000 /dev/zero | tail -c 200000000 | wc -c";
  EXPECT_EQ(run(shell(script)).out, "200000000\n");
  os::SandboxRequest request = shell(script);
  request.limits.memory_bytes = 50 << 20;
  EXPECT_NE(run(request).out, "200000000\n");
}

TEST_P(SandboxLevels, LimitsTheSizeOfAFile) {
  const std::string script = "head -c 8000000 /dev/zero >big";
  EXPECT_EQ(run(shell(script)).outcome.status, 0);
  os::SandboxRequest request = shell(script);
  request.limits.file_bytes = 1 << 20;
  EXPECT_NE(run(request).outcome.status, 0);
  EXPECT_LE(os::stamp(stage.scene().own("big")).size, 1U << 20);
}

TEST_P(SandboxLevels, NamesTheCallsThatItRefused) {
  const Ran ran = run(stage.request(GetParam(), words_of(stage, "trace-another")));
  EXPECT_THAT(ran.outcome.refused, Contains("ptrace"));
}

TEST_P(SandboxLevels, ReachesNothingByNodeAndShell) {
  const Scene& scene = stage.scene();
  const std::string read = "require('fs').readFileSync('" + scene.project(".env") + "')";
  const std::string connect =
      "require('net').connect(" + std::to_string(scene.port) +
      ",'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))";
  const std::string run_docker = "require('net').connect('" + scene.outside("agent.sock") +
                                 "').on('connect',()=>process.exit(0))"
                                 ".on('error',()=>process.exit(1))";
  for (const std::string& program : {read, connect, run_docker}) {
    SCOPED_TRACE(program);
    const std::string script = "node -e \"" + program + "\"";
    EXPECT_EQ(run(shell(script)).outcome.status, 1);
    os::ChildOptions child;
    child.argv = {"/bin/sh", "-c", script};
    child.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
    child.capture_output = true;
    EXPECT_EQ(os::run_child(child)->status, 0) << "without a sandbox";
  }
  EXPECT_NE(run(shell("cat " + scene.home(".ssh/id"))).outcome.status, 0);
  EXPECT_NE(run(shell("echo x >>" + scene.sibling("index.js"))).outcome.status, 0);
}

TEST_P(SandboxLevels, HoldsNothingOfTheCallersMemory) {
  ::setenv("LPM_SANDBOX_TOKEN", "secret", 1);
  const Ran ran = run(shell("env; tr '\\0' '\\n' </proc/$PPID/environ"));
  ::unsetenv("LPM_SANDBOX_TOKEN");
  EXPECT_THAT(ran.out, HasSubstr("HOME="));
  EXPECT_THAT(ran.out, ::testing::Not(HasSubstr("TOKEN")));
}

INSTANTIATE_TEST_SUITE_P(Levels, SandboxLevels,
                         ::testing::Values(SandboxLevel::Full, SandboxLevel::Contained),
                         [](const auto& level) { return std::string(name_of(level.param)); });

}  // namespace
}  // namespace lpm::sandbox_test
