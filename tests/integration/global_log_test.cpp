// Contracts F.1, F.2 and F.4: the log of global packages after a process that was cut off, and
// beside one that is still at work.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <csignal>

#include "integration/global_support.h"

namespace lpm::integration {
namespace {

using Scene = InstalledScene;

// The lock of global packages, held by this test.
class HeldLock {
 public:
  explicit HeldLock(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
    EXPECT_EQ(::flock(fd_, LOCK_EX), 0);
  }
  ~HeldLock() { ::close(fd_); }

 private:
  int fd_;
};

// labels: contract:F.1
TEST(GlobalLog, ATornTailIsCutOffByTheNextCommand) {
  for (const std::string torn : {"abc", "0000", "00000010 01234567 {\"op\":\"comm"}) {
    Scene scene;
    scene.append_to_log(torn);
    const Ran ran = scene.lpm({"global", "list"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(ran.out, "a 1.0.0 (a)\n");
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(scene.log(), "");
    const auto before = scene.project.snapshot(scene.home("global"));
    EXPECT_EQ(scene.lpm({"global", "list"}).status, 0);
    auto after = scene.project.snapshot(scene.home("global"));
    std::erase_if(after, [](const auto& file) { return file.first.ends_with(".tx.lock"); });
    for (const auto& [path, what] : after) EXPECT_EQ(what, before.at(path)) << path;
    EXPECT_EQ(scene.damaged(), "");
  }
}

// labels: contract:F.1
TEST(GlobalLog, ATornTailWaitsForTheLock) {
  Scene scene;
  scene.append_to_log("abc");
  {
    const HeldLock held(scene.global(".tx.lock"));
    EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\n");
    EXPECT_EQ(scene.log(), "abc");
    const Ran ran = scene.lpm({"uninstall", "-g", "a", "--no-wait"});
    EXPECT_EQ(ran.status, 1) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_LOCKED"));
    EXPECT_EQ(scene.log(), "abc");
  }
  EXPECT_EQ(scene.lpm({"global", "list"}).status, 0);
  EXPECT_EQ(scene.log(), "");
}

// labels: contract:F.1
TEST(GlobalLog, ATornTailTakesNothingBeforeIt) {
  Scene scene;
  TestProject::Child slow = scene.start_slow("b");
  const std::string intent = scene.log();
  scene.append_to_log("00000100");
  EXPECT_EQ(scene.lpm({"global", "list"}).status, 0);
  EXPECT_EQ(scene.log(), intent);
  const Ran ran = slow.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
  scene.expect_settled();
}

// labels: contract:F.2
TEST(GlobalLog, AnIntentWhoseOwnerIsGoneIsTakenBack) {
  for (const int signal : {SIGKILL, SIGTERM}) {
    Scene scene;
    TestProject::Child slow = scene.start_slow("b");
    EXPECT_EQ(scene.roots().size(), 2U);
    slow.kill(signal);
    const Ran ended = slow.wait();
    EXPECT_EQ(ended.status, 128 + signal) << ended;
    EXPECT_EQ(ended.err.find("global packages are as they were before") != std::string::npos,
              signal == SIGTERM)
        << ended;
    const Ran ran = scene.lpm({"global", "list"});
    EXPECT_EQ(ran.out, "a 1.0.0 (a)\n");
    // A process that is asked to stop takes its change back itself.
    EXPECT_EQ(ran.err,
              signal == SIGKILL ? "took back `lpm install -g b`, which had been cut off\n" : "");
    EXPECT_EQ(scene.lpm({"global", "list"}).err, "");
    EXPECT_EQ(scene.roots().size(), 1U);
    EXPECT_FALSE(scene.project.exists(scene.home("bin/b")));
    EXPECT_THAT(scene.project.read(scene.global("installed.json")), Not(HasSubstr("\"b\"")));
    scene.expect_settled();
  }
}

// labels: contract:F.2
TEST(GlobalLog, AnOwnerThatNobodyHasWaitedForIsGone) {
  Scene scene;
  TestProject::Child slow = scene.start_slow("b");
  ::kill(slow.pid(), SIGKILL);
  // Its status is not asked for: it stays as a zombie, at first with threads that still hold its
  // files.
  Scene::wait_until([&] {
    const std::string status =
        scene.project.read("/proc/" + std::to_string(slow.pid()) + "/status");
    return status.find("State:\tZ") != std::string::npos &&
           status.find("Threads:\t1\n") != std::string::npos;
  });
  EXPECT_THAT(scene.lpm({"global", "list"}).err, HasSubstr("took back"));
  EXPECT_EQ(scene.roots().size(), 1U);
}

// labels: contract:F.2
TEST(GlobalLog, AnIntentWhoseOwnerLivesIsLeftAlone) {
  Scene scene;
  TestProject::Child slow = scene.start_slow("b");
  const std::vector<std::string> roots = scene.roots();
  EXPECT_EQ(roots.size(), 2U);
  EXPECT_EQ(scene.lpm({"global", "list"}).err, "");
  scene.publish_tool("c", "1.0.0");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"install", "-g", "c"}, {"uninstall", "-g", "c"}}) {
    const Ran ran = scene.lpm(command);
    EXPECT_EQ(ran.status, 0) << ran;
  }
  EXPECT_TRUE(slow.is_running());
  EXPECT_EQ(scene.roots(), roots);
  const Ran ran = slow.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
  scene.expect_settled();
}

// labels: contract:F.2
TEST(GlobalLog, AnOwnerInAnotherContainerLives) {
  Scene scene;
  TestProject::Child slow = scene.start_slow("b");
  // There the pids are others; what tells is the lock in the root.
  const Ran ran = scene.project.run({"unshare", "--fork", "--pid", "--mount-proc",
                                     TestProject::lpm_binary(), "uninstall", "-g", "a"},
                                    scene.on_path());
  if (ran.status != 0 && ran.err.starts_with("unshare"))
    GTEST_SKIP() << "no pid namespaces here: " << ran.err;
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(slow.wait().status, 0);
  EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
  EXPECT_FALSE(scene.project.exists(scene.home("bin/a")));
  scene.expect_settled();
}

// labels: contract:F.4
TEST(GlobalLog, ADamagedRecordIsSetAsideAndTheNextOneCounts) {
  for (const std::string& byte : {std::string("X"), std::string("\n"), std::string(1, '\0')}) {
    Scene scene;
    EXPECT_NE(
        scene.lpm({"install", "-g", "b"}, {{"LPM_TEST_PANIC_AT", "after-global-commit:abort"}})
            .signal,
        0);
    // The intent is damaged; behind it stands the commit.
    scene.replace_in_log("\"op\":\"intent\"", "\"op\":\"inte" + byte + "t\"");
    const Ran ran = scene.lpm({"global", "list"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_THAT(ran.err, HasSubstr("completed `lpm install -g b`"));
    EXPECT_THAT(ran.err, HasSubstr("log.damaged-"));
    EXPECT_EQ(ran.out, "a 1.0.0 (a)\nb 1.0.0 (b)\n");
    EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
    EXPECT_THAT(scene.damaged(), HasSubstr("\"op\":\"inte" + byte + "t\""));
    EXPECT_THAT(scene.damaged(), Not(HasSubstr("\"op\":\"commit\"")));
    EXPECT_EQ(scene.lpm({"global", "list"}).err, "");
    scene.expect_settled();
  }
}

// labels: contract:F.4
TEST(GlobalLog, ADamagedIntentOfALivingProcessCostsNothing) {
  Scene scene;
  TestProject::Child slow = scene.start_slow("b");
  scene.replace_in_log("\"op\":\"intent\"", "\"op\":\"XXXXXX\"");
  EXPECT_THAT(scene.lpm({"global", "list"}).err, HasSubstr("log.damaged-"));
  scene.publish_tool("c", "1.0.0");
  EXPECT_EQ(scene.lpm({"install", "-g", "c"}).status, 0);
  const Ran ran = slow.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\nb 1.0.0 (b)\nc 1.0.0 (c)\n");
  EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
  scene.expect_settled();
}

// labels: contract:F.4
TEST(GlobalLog, ADamagedCommitIsNoCommit) {
  Scene scene;
  EXPECT_NE(scene.lpm({"install", "-g", "b"}, {{"LPM_TEST_PANIC_AT", "after-global-commit:abort"}})
                .signal,
            0);
  scene.replace_in_log("\"op\":\"commit\"", "\"op\":\"c0mmit\"");
  const Ran ran = scene.lpm({"global", "list"});
  EXPECT_EQ(ran.out, "a 1.0.0 (a)\n");
  EXPECT_THAT(ran.err, HasSubstr("took back `lpm install -g b`"));
  EXPECT_THAT(scene.damaged(), HasSubstr("c0mmit"));
  scene.expect_settled();
}

TEST(GlobalLog, ANewerFormatIsRefusedAndLeftAlone) {
  Scene scene;
  const std::string path = scene.global("installed.json");
  std::string text = scene.project.read(path);
  text.replace(text.find("\"format\": 1"), 11, "\"format\": 2");
  scene.project.write(path, text);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"global", "list"}, {"install", "-g", "b"}}) {
    const Ran ran = scene.lpm(command);
    EXPECT_EQ(ran.status, 80) << ran;
    EXPECT_THAT(ran.err, HasSubstr("newer lpm"));
  }
  EXPECT_EQ(scene.project.read(path), text);
  EXPECT_EQ(scene.roots().size(), 1U);
}

}  // namespace
}  // namespace lpm::integration
