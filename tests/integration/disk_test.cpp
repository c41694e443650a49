// Contracts D.4 and D.5: a disk that is full, and a store on another disk than the project. Small
// file systems in memory are mounted in a mount namespace of the test's own, so it needs root.
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "integration/support.h"

namespace lpm::integration {
namespace {

// Mounts that only this process and its children see; they go with it.
class Mounts {
 public:
  // "" when mounting works here, else why not.
  static std::string begin() {
    if (geteuid() != 0) return "only root may mount";
    if (unshare(CLONE_NEWNS) != 0) return std::string("unshare: ") + std::strerror(errno);
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return std::string("mount: ") + std::strerror(errno);
    return "";
  }
  void add(const std::string& path, const std::string& options) {
    std::filesystem::create_directories(path);
    ASSERT_EQ(mount("tmpfs", path.c_str(), "tmpfs", 0, options.c_str()), 0) << std::strerror(errno);
    paths_.push_back(path);
  }
  static void enlarge(const std::string& path) {
    ASSERT_EQ(mount("tmpfs", path.c_str(), "tmpfs", MS_REMOUNT, "size=64m,nr_inodes=10000"), 0)
        << std::strerror(errno);
  }
  ~Mounts() {
    for (const std::string& path : paths_) umount2(path.c_str(), MNT_DETACH);
  }

 private:
  std::vector<std::string> paths_;
};

constexpr int kFiles = 30;

void publish(FakeRegistry& registry) {
  support::PackageBuilder a = registry.publish("a", "1.0.0");
  a.depends("b", "^1.0.0");
  for (int i = 0; i < kFiles; ++i)
    a.file("lib/" + std::to_string(i) + ".js", std::string(3000, static_cast<char>('a' + i % 26)));
  registry.publish("b", "1.0.0").file("index.js", std::string(9000, 'b'));
}

void expect_whole(const TestProject& project) {
  for (int i = 0; i < kFiles; ++i)
    EXPECT_EQ(project.read("node_modules/a/lib/" + std::to_string(i) + ".js").size(), 3000U);
  EXPECT_EQ(project
                .run({"node", "-p",
                      "require.resolve('b', {paths: [require('fs').realpathSync("
                      "'node_modules/a')]}).endsWith('index.js')"})
                .out,
            "true\n");
}

struct Place {
  const char* name;
  bool project;
  bool store;
};

// labels: contract:D.4 slow
TEST(FullDisk, FailsCleanlyAtAnyPointAndSucceedsWithRoom) {
  if (const std::string problem = Mounts::begin(); !problem.empty()) GTEST_SKIP() << problem;
  for (const Place& place :
       {Place{"the project's", true, false}, Place{"the store's", false, true}}) {
    int failures = 0;
    bool succeeded = false;
    // By room, then by number of files.
    for (int step = 1; step < 200 && !succeeded; ++step) {
      for (const std::string& limit : {"size=" + std::to_string(step * 8) + "k,nr_inodes=10000",
                                       "size=64m,nr_inodes=" + std::to_string(step * 3)}) {
        SCOPED_TRACE(std::string(place.name) + ", " + limit);
        Workplace work;
        publish(work.registry);
        Mounts mounts;
        const std::string small =
            place.project ? work.project.path() : work.project.home() + "/.lpm";
        mounts.add(small, limit);
        try {
          work.ask_for(R"({"a": "^1.0.0"})");
        } catch (...) {
          continue;
        }
        if (work.project.read("package.json").empty()) continue;
        const auto manifest = work.project.snapshot("package.json");
        const Ran ran = work.project.lpm({"install"});
        EXPECT_EQ(ran.signal, 0) << ran;
        if (ran.status == 0) {
          expect_whole(work.project);
          succeeded = limit.starts_with("size=6") ? succeeded : true;
          continue;
        }
        ++failures;
        EXPECT_EQ(ran.status, 1) << ran;
        EXPECT_THAT(ran.err, HasSubstr("code: LPM_NO_SPACE\n")) << ran;
        EXPECT_THAT(ran.err, HasSubstr("\nhint: "));
        EXPECT_EQ(work.project.snapshot("package.json"), manifest);
        EXPECT_FALSE(work.project.exists("lpm.lock"));
        EXPECT_FALSE(work.project.exists("node_modules"));
        EXPECT_EQ(work.project.lpm({"store", "verify"}).status, 0);
        Mounts::enlarge(small);
        const Ran again = work.project.lpm({"install"});
        EXPECT_EQ(again.status, 0) << again;
        expect_whole(work.project);
      }
    }
    EXPECT_TRUE(succeeded) << place.name;
    EXPECT_GE(failures, 10) << place.name;
  }
}

// A tree that stands is changed or left; the commands may fail at any point.
// labels: contract:D.4 slow
TEST(FullDisk, LeavesATreeThatStandsAsItWas) {
  if (const std::string problem = Mounts::begin(); !problem.empty()) GTEST_SKIP() << problem;
  int failures = 0;
  bool succeeded = false;
  for (int room = 0; room < 400 && !succeeded; room += 4) {
    SCOPED_TRACE(std::to_string(room) + " KiB of room");
    Workplace work;
    publish(work.registry);
    work.registry.publish("c", "1.0.0").file("index.js", std::string(60'000, 'c'));
    Mounts mounts;
    mounts.add(work.project.path(), "size=64m,nr_inodes=10000");
    work.ask_for(R"({"a": "^1.0.0"})");
    ASSERT_EQ(work.project.lpm({"install"}).status, 0);
    // Fill all but `room`.
    const std::filesystem::space_info space = std::filesystem::space(work.project.path());
    const auto spare = static_cast<std::uintmax_t>(room) << 10U;
    work.project.write("filler",
                       std::string(space.available - std::min(space.available, spare), 'f'));
    const auto manifest = work.project.snapshot("package.json");
    const auto lockfile = work.project.snapshot("lpm.lock");
    const Ran ran = work.project.lpm({"install", "c"});
    EXPECT_EQ(ran.signal, 0) << ran;
    if (ran.status == 0) {
      succeeded = true;
      EXPECT_EQ(work.project.read("node_modules/c/index.js").size(), 60'000U);
      continue;
    }
    ++failures;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_NO_SPACE\n")) << ran;
    EXPECT_EQ(work.project.snapshot("package.json"), manifest);
    EXPECT_EQ(work.project.snapshot("lpm.lock"), lockfile);
    expect_whole(work.project);
    EXPECT_FALSE(work.project.exists("node_modules/c"));
    work.project.remove("filler");
    const Ran again = work.project.lpm({"install", "c"});
    EXPECT_EQ(again.status, 0) << again;
    EXPECT_EQ(work.project.read("node_modules/c/index.js").size(), 60'000U);
    expect_whole(work.project);
  }
  EXPECT_TRUE(succeeded);
  EXPECT_GE(failures, 5);
}

// labels: contract:D.5
TEST(OtherDevice, FilesAreCopiedAndNothingIsSaid) {
  if (const std::string problem = Mounts::begin(); !problem.empty()) GTEST_SKIP() << problem;
  Workplace work(R"({"a": "^1.0.0"})");
  publish(work.registry);
  Mounts mounts;
  mounts.add(work.project.home() + "/.lpm", "size=64m");
  const std::string trace = work.project.root() + "/trace";
  const Ran ran = work.project.run(
      {"strace", "-f", "-o", trace, "-e", "trace=linkat", TestProject::lpm_binary(), "install"});
  const bool traced = ran.status != 127 && ran.err.find("PTRACE") == std::string::npos;
  const Ran plain = traced ? ran : work.project.lpm({"install"});
  ASSERT_EQ(plain.status, 0) << plain;
  EXPECT_EQ(plain.err, "");
  expect_whole(work.project);
  struct stat facts {};
  ASSERT_EQ(stat(work.project.path("node_modules/a/lib/0.js").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_nlink, 1U);
  if (!traced) return;
  // One refusal, or one for each worker that was at it already; not one for each file.
  const std::string calls = work.project.read(trace);
  std::size_t refusals = 0;
  for (std::size_t at = 0; (at = calls.find("EXDEV", at)) != std::string::npos; ++at) ++refusals;
  EXPECT_GE(refusals, 1U);
  EXPECT_LE(refusals, 8U);
}

// labels: contract:D.5
TEST(OtherDevice, ALaterInstallIsUpToDateAndCiFindsDamage) {
  if (const std::string problem = Mounts::begin(); !problem.empty()) GTEST_SKIP() << problem;
  Workplace work(R"({"a": "^1.0.0"})");
  publish(work.registry);
  Mounts mounts;
  mounts.add(work.project.home() + "/.lpm", "size=64m");
  ASSERT_EQ(work.project.lpm({"install"}).status, 0);
  EXPECT_THAT(work.project.lpm({"install"}).out, HasSubstr("up to date"));
  work.project.write("node_modules/a/lib/0.js", "edited");
  const Ran ran = work.project.lpm({"install", "--force"});
  EXPECT_EQ(ran.status, 0) << ran;
  expect_whole(work.project);
  const Ran ci = work.project.lpm({"ci"});
  EXPECT_EQ(ci.status, 0) << ci;
  EXPECT_EQ(ci.err, "");
  expect_whole(work.project);
}

}  // namespace
}  // namespace lpm::integration
