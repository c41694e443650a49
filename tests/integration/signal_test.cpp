// Contract B.2: SIGINT and SIGTERM end a command with 130 and 143, one line says what state the
// project is in, the terminal is as it was.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using std::chrono::milliseconds;

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0"})") {
    for (const char* name : {"a", "b"}) registry.publish(name, "1.0.0").file("index.js", "1");
  }
  void wait_for_request(const std::string& path) {
    while (registry.count(path) == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  void expect_stopped(const Ran& ran, int signal, const std::string& state) {
    EXPECT_EQ(ran.signal, 0) << ran;
    EXPECT_EQ(ran.status, 128 + signal) << ran;
    EXPECT_THAT(ran.err + ran.out, HasSubstr("stopped; " + state)) << ran;
    EXPECT_THAT(ran.err + ran.out, HasSubstr("LPM_INTERRUPTED")) << ran;
    EXPECT_LT(ran.elapsed, milliseconds(20'000));
  }
};

// labels: contract:B.2
TEST(Signal, EndsAnInstallThatWaitsForTheNetwork) {
  for (const int signal : {SIGINT, SIGTERM}) {
    for (const char* path : {"/b", "/b/-/*"}) {
      SCOPED_TRACE(std::to_string(signal) + " " + path);
      Scene scene;
      ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
      scene.registry.fault(path).stall();
      const auto before = scene.project.snapshot();
      TestProject::Child child = scene.project.start_lpm({"install", "b"});
      scene.wait_for_request(path);
      child.kill(signal);
      scene.expect_stopped(child.wait(), signal, "the project is as it was before");
      auto after = scene.project.snapshot();
      after[".lpm/.install.lock"] = before.at(".lpm/.install.lock");
      EXPECT_EQ(after, before);
      scene.registry.clear_faults();
      EXPECT_EQ(scene.project.lpm({"install", "b"}).status, 0);
    }
  }
}

// labels: contract:B.2
TEST(Signal, EndsACommandThatWaitsForALock) {
  for (const char* lock : {"project/.lpm/.install.lock", "home/.lpm/store/.lock"}) {
    SCOPED_TRACE(lock);
    Scene scene;
    ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
    const int held = open((scene.project.root() + "/" + lock).c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(flock(held, LOCK_EX | LOCK_NB), 0);
    TestProject::Child child = scene.project.start_lpm({"install", "b"});
    std::this_thread::sleep_for(milliseconds(200));
    child.kill(SIGTERM);
    scene.expect_stopped(child.wait(), SIGTERM, "the project is as it was before");
    close(held);
    EXPECT_FALSE(scene.project.exists("node_modules/b"));
  }
}

// What has begun to change the project is brought to its end first.
// labels: contract:B.2
TEST(Signal, DuringTheChangeItIsCompletedAndToldSo) {
  Scene scene;
  ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
  const RunOptions options{.environment = {{"LPM_TEST_PANIC_AT", "after-install:interrupt"}}};
  const Ran ran = scene.project.lpm({"install", "b"}, options);
  scene.expect_stopped(ran, SIGINT, "the change is complete");
  EXPECT_TRUE(scene.project.exists("node_modules/b"));
  EXPECT_THAT(scene.project.read("package.json"), HasSubstr("\"b\""));
  EXPECT_THAT(scene.project.lpm({"install"}, options).out, HasSubstr("up to date"));
}

// labels: contract:B.2
TEST(Signal, ReachesTheProjectsOwnScript) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Scene scene;
    scene.project.write("package.json", R"({"name": "app", "dependencies": {"a": "1"},
      "scripts": {"postinstall": "touch started; sleep 30; touch ended"}})");
    TestProject::Child child = scene.project.start_lpm({"install"});
    while (!scene.project.exists("started")) std::this_thread::sleep_for(milliseconds(1));
    child.kill(signal);
    const Ran ran = child.wait();
    EXPECT_EQ(ran.status, 128 + signal) << ran;
    EXPECT_THAT(ran.err, HasSubstr("stopped; packages are installed, `postinstall` was cut off"));
    EXPECT_FALSE(scene.project.exists("ended"));
    EXPECT_TRUE(scene.project.exists("node_modules/a"));
    EXPECT_THAT(scene.project.lpm({"install", "--ignore-scripts"}).out, Not(HasSubstr("added")));
  }
}

// labels: contract:B.2
TEST(Signal, GivesTheTerminalBack) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Scene scene;
    scene.registry.fault("/a/-/*").stall();
    TestProject::Child child =
        scene.project.start_lpm({"install", "--fetch-timeout=60000"}, {.terminal_columns = 80});
    scene.wait_for_request("/a/-/*");
    while (child.output().find("fetched") == std::string::npos)
      std::this_thread::sleep_for(milliseconds(5));
    child.kill(signal);
    const Ran ran = child.wait();
    scene.expect_stopped(ran, signal, "the project is as it was before");
    EXPECT_TRUE(ran.terminal_restored);
    // The live line is gone before the error is written, and the cursor was never hidden.
    const std::size_t error = ran.out.rfind("error");
    const std::size_t cleared = ran.out.rfind("\r\x1b[K");
    ASSERT_NE(error, std::string::npos);
    EXPECT_LT(cleared, error);
    EXPECT_LT(error - cleared, 20U) << ran;
    EXPECT_EQ(ran.out.find("\x1b[?25l"), std::string::npos);
  }
}

// Commands that change nothing end at once, as programs do.
// labels: contract:B.2
TEST(Signal, EndsWhatOnlyLooks) {
  Scene scene;
  ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
  const std::string lock = scene.project.home() + "/.lpm/store/.lock";
  const int held = open(lock.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(held, LOCK_EX | LOCK_NB), 0);
  TestProject::Child child = scene.project.start_lpm({"store", "verify"});
  std::this_thread::sleep_for(milliseconds(200));
  child.kill(SIGINT);
  EXPECT_EQ(child.wait().status, 130);
  close(held);
}

// labels: contract:B.2
TEST(Signal, IsWrittenAsJsonToo) {
  Scene scene;
  scene.registry.fault("/a").stall();
  TestProject::Child child = scene.project.start_lpm({"install", "--json"});
  scene.wait_for_request("/a");
  child.kill(SIGINT);
  const Ran ran = child.wait();
  EXPECT_EQ(ran.status, 130) << ran;
  const JsonValue error = JsonValue::parse(ran.out, "stdout").at("error");
  EXPECT_EQ(error.at("code").text(), "LPM_INTERRUPTED");
  EXPECT_EQ(error.at("exit_status").integer(), 130);
}

}  // namespace
}  // namespace lpm::integration
