// Contract A.3: an install shares the store's lock, cleaning takes it alone. The lock file itself
// is probed.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <thread>

#include "integration/support.h"

namespace lpm::integration {
namespace {

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0"})") {
    registry.publish("a", "1.0.0").file("index.js", "whole");
    registry.publish("b", "1.0.0");
  }
  std::string lock_path() const { return project.home() + "/.lpm/store/.lock"; }
  void wait_for_request(const std::string& path) {
    while (registry.count(path) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

// The lock as another program would hold it.
class Lock {
 public:
  explicit Lock(const std::string& path) : file_(open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~Lock() { close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  bool take(int mode) { return flock(file_, mode | LOCK_NB) == 0; }

 private:
  int file_;
};

const std::vector<std::vector<std::string>> kExclusive = {
    {"store", "clean"}, {"store", "gc"}, {"store", "verify", "--fix"}};

// labels: contract:A.3
TEST(StoreLock, IsSharedByInstallsFromTheFirstLookToTheFinishedTree) {
  Scene scene;
  scene.registry.fault("/a/-/*").delay(600);
  TestProject::Child install = scene.project.start_lpm({"install"});
  scene.wait_for_request("/a/-/*");
  Lock probe(scene.lock_path());
  EXPECT_FALSE(probe.take(LOCK_EX));
  EXPECT_TRUE(probe.take(LOCK_SH));
  const Ran ran = install.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(probe.take(LOCK_EX)) << "still held after the install";
}

// labels: contract:A.3 slow
TEST(StoreLock, CleaningWaitsForARunningInstall) {
  for (const std::vector<std::string>& command : kExclusive) {
    SCOPED_TRACE(command[1]);
    Scene scene;
    scene.registry.fault("/a/-/*").delay(2500);
    TestProject::Child install = scene.project.start_lpm({"install"});
    scene.wait_for_request("/a/-/*");
    TestProject::Child clean = scene.project.start_lpm(command);
    const Ran installed = install.wait();
    EXPECT_TRUE(clean.is_running() || installed.elapsed > std::chrono::milliseconds(2500));
    EXPECT_EQ(installed.status, 0) << installed;
    const Ran cleaned = clean.wait();
    EXPECT_EQ(cleaned.status, 0) << cleaned;
    EXPECT_THAT(cleaned.err, HasSubstr("waiting for `lpm install` (process "));
    EXPECT_EQ(scene.project.read("node_modules/a/index.js"), "whole");
    EXPECT_EQ(scene.project.lpm({"install", "--force"}).status, 0);
    EXPECT_EQ(scene.project.read("node_modules/a/index.js"), "whole");
  }
}

// labels: contract:A.3
TEST(StoreLock, AnInstallWaitsWhileTheStoreIsCleaned) {
  Scene scene;
  ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
  auto held = std::make_unique<Lock>(scene.lock_path());
  ASSERT_TRUE(held->take(LOCK_EX));
  TestProject::Child install = scene.project.start_lpm({"install", "b"});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  EXPECT_TRUE(install.is_running());
  EXPECT_FALSE(scene.project.exists("node_modules/b"));
  held.reset();
  const Ran ran = install.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr("waiting for "));
  EXPECT_TRUE(scene.project.exists("node_modules/b"));
}

// What looks only does not keep others from looking.
// labels: contract:A.3
TEST(StoreLock, LookingTakesItShared) {
  Scene scene;
  ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
  Lock held(scene.lock_path());
  ASSERT_TRUE(held.take(LOCK_SH));
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"store"},
                                             {"store", "verify"},
                                             {"store", "gc", "--dry-run"},
                                             {"store", "clean", "--dry-run"}}) {
    const Ran ran = scene.project.lpm(command);
    EXPECT_EQ(ran.status, 0) << ran;
  }
}

}  // namespace
}  // namespace lpm::integration
