// Contracts B.3 to B.5: a command that ends in the middle, at the named points, and what the next
// one does.
#include <csignal>

#include "integration/support.h"

namespace lpm::integration {
namespace {

const std::vector<std::string> kPoints = {"after-snapshot", "after-stage", "after-install",
                                          "after-finalize"};

struct Scene : Workplace {
  Scene() {
    registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
    registry.publish("b", "1.0.0").file("index.js", "module.exports = 'b'\n");
  }
  Ran fail_at(const std::string& point, const std::string& how) {
    return project.lpm({"install", "b"}, {.environment = {{"LPM_TEST_PANIC_AT", point + how}}});
  }
  void expect_whole() {
    const Ran ran = project.lpm({"install", "b"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(project.run({"node", "-p", "require('b')"}).out, "b\n");
    EXPECT_THAT(project.read("package.json"), HasSubstr("\"b\": \"^1.0.0\""));
    EXPECT_THAT(project.read("lpm.lock"), HasSubstr("b@1.0.0"));
    EXPECT_EQ(project.lpm({"install"}).out.substr(0, 10), "up to date");
    EXPECT_EQ(project.tree(".lpm/new"), "");
  }
};

// labels: contract:B.3
TEST(Crash, LeavesTheManifestAloneWhenAPointFails) {
  for (const std::string how : {":error", ":throw"}) {
    for (int i = 0; i < 2 * static_cast<int>(kPoints.size()); ++i) {
      const bool had_lockfile = i % 2 == 1;
      const std::string& point = kPoints[static_cast<std::size_t>(i) / 2];
      SCOPED_TRACE(point + how + (had_lockfile ? ", with a lockfile" : ", without a lockfile"));
      Scene scene;
      if (had_lockfile) {
        scene.ask_for(R"({"a": "^1.0.0"})");
        ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
      }
      const auto manifest = scene.project.snapshot("package.json");
      const auto lockfile = scene.project.snapshot("lpm.lock");
      const Ran ran = scene.fail_at(point, how);
      EXPECT_EQ(ran.status, 70) << ran;
      EXPECT_EQ(ran.signal, 0);
      EXPECT_THAT(ran.err, HasSubstr(point));
      EXPECT_EQ(scene.project.snapshot("package.json"), manifest);
      EXPECT_THAT(scene.project.read("package.json"), Not(HasSubstr("\"b\"")));
      if (!had_lockfile) {
        EXPECT_FALSE(scene.project.exists("lpm.lock"));
      } else {
        EXPECT_EQ(scene.project.snapshot("lpm.lock"), lockfile);
      }
      EXPECT_THAT(scene.project.tree(".lpm"), Not(HasSubstr("journal")));
      // Nobody may say that this tree is up to date, unless nothing of it was touched.
      const Ran plain = scene.project.lpm({"install"});
      EXPECT_EQ(plain.status, 0) << plain;
      EXPECT_FALSE(scene.project.exists("node_modules/b"));
      scene.expect_whole();
    }
  }
}

// labels: contract:B.3 contract:B.4
TEST(Crash, IsRepairedByTheNextCommand) {
  for (const char* how : {":abort", ":segv"}) {
    for (const std::string& point : kPoints) {
      SCOPED_TRACE(point + how);
      Scene scene;
      scene.ask_for(R"({"a": "^1.0.0"})");
      ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
      const std::string manifest = scene.project.read("package.json");
      const std::string lockfile = scene.project.read("lpm.lock");
      const Ran ran = scene.fail_at(point, how);
      EXPECT_NE(ran.signal, 0) << ran;
      EXPECT_THAT(ran.err, HasSubstr(point));
      EXPECT_EQ(scene.project.read("package.json"), manifest);
      EXPECT_TRUE(scene.project.read("lpm.lock") == lockfile || point == "after-finalize");
      const bool begun = point == "after-install" || point == "after-finalize";
      const Ran next = scene.project.lpm({"install"});
      EXPECT_EQ(next.status, 0) << next;
      EXPECT_EQ(next.err.find("completed `lpm install b`") != std::string::npos, begun) << next;
      EXPECT_EQ(scene.project.exists("node_modules/b"), begun);
      scene.expect_whole();
    }
  }
}

struct WorkspaceScene : Scene {
  const std::vector<std::string> manifests = {"package.json", "packages/a b/package.json",
                                              "packages/ui/package.json"};
  WorkspaceScene() {
    project.write(manifests[0], R"({"workspaces": ["packages/*"]})");
    project.write(manifests[1], R"({"name": "one"})");
    project.write(manifests[2], R"({"name": "ui"})");
    EXPECT_EQ(project.lpm({"install"}).status, 0);
  }
  Ran fail_at(const std::string& point, const std::string& how) {
    return project.lpm({"install", "b", "-r", "-iwr"},
                       {.environment = {{"LPM_TEST_PANIC_AT", point + how}}});
  }
  // How many of the manifests ask for b.
  int changed() const {
    return static_cast<int>(
        std::count_if(manifests.begin(), manifests.end(), [this](const std::string& path) {
          return project.read(path).find("\"b\"") != std::string::npos;
        }));
  }
  // Carries out the journal's rename of one file, as the killed command would have.
  void rename_one(const std::string& path) {
    const std::string journal = project.read(".lpm/journal");
    const std::size_t end = journal.find("\t" + path + "\n");
    ASSERT_NE(end, std::string::npos) << journal;
    const std::size_t begin = journal.rfind(' ', end) + 1;
    EXPECT_EQ(project.run({"mv", journal.substr(begin, end - begin), path}).status, 0);
  }
};

// labels: contract:B.3 contract:B.4
TEST(Crash, OfAChangeOfSeveralMembersIsCompletedInAllOfThem) {
  for (const std::string& point : kPoints) {
    SCOPED_TRACE(point);
    WorkspaceScene scene;
    EXPECT_NE(scene.fail_at(point, ":abort").signal, 0);
    EXPECT_EQ(scene.changed(), 0);
    const bool begun = point == "after-install" || point == "after-finalize";
    if (point == "after-finalize") scene.rename_one(scene.manifests[1]);
    const Ran next = scene.project.lpm({"install"});
    EXPECT_EQ(next.status, 0) << next;
    EXPECT_EQ(next.err.find("completed `lpm install b`") != std::string::npos, begun) << next;
    EXPECT_EQ(scene.changed(), begun ? 3 : 0);
    for (const char* folder : {"node_modules/b", "packages/a b/node_modules/b"})
      EXPECT_EQ(scene.project.exists(folder), begun) << folder;
    EXPECT_EQ(scene.project.lpm({"install", "--frozen-lockfile"}).out.substr(0, 10), "up to date");
    EXPECT_EQ(scene.project.tree(".lpm/new"), "");
  }
}

// labels: contract:B.3
TEST(Crash, OfAChangeOfSeveralMembersLeavesAllOfThemWhenAPointFails) {
  for (const std::string& point : kPoints) {
    SCOPED_TRACE(point);
    WorkspaceScene scene;
    const std::string lockfile = scene.project.read("lpm.lock");
    EXPECT_EQ(scene.fail_at(point, ":error").status, 70);
    EXPECT_EQ(scene.changed(), 0);
    EXPECT_EQ(scene.project.read("lpm.lock"), lockfile);
    EXPECT_EQ(scene.project.lpm({"install"}).status, 0);
    EXPECT_FALSE(scene.project.exists("packages/ui/node_modules/b"));
  }
}

// labels: contract:B.3
TEST(Crash, PointsAreIgnoredOutsideTestMode) {
  Scene scene;
  scene.project.set("LPM_TEST_MODE", "0");
  EXPECT_EQ(scene.fail_at("after-stage", ":abort").status, 0);
}

// labels: contract:A.6
TEST(Crash, LeavesNoLockThatBlocks) {
  Scene scene;
  EXPECT_EQ(scene.fail_at("after-snapshot", ":segv").signal, SIGSEGV);
  const Ran ran = scene.project.lpm({"install", "b", "--no-wait"});
  EXPECT_EQ(ran.status, 0) << ran;
}

// `lpm install` on a system that says it was booted anew; status 99 where that cannot be had.
Ran install_after_reboot(const Scene& scene) {
  const std::string id = scene.project.root() + "/boot-id";
  scene.project.write(id, "00000000-1111-2222-3333-444444444444\n");
  return scene.project.run(
      {"unshare", "--mount", "sh", "-c",
       "mount --bind \"$0\" /proc/sys/kernel/random/boot_id || exit 99; exec \"$1\" install", id,
       TestProject::lpm_binary()});
}

// labels: contract:B.5
TEST(PowerLoss, FetchesAnEmptyStoreEntryAgain) {
  for (const std::string lost : {"", "module"}) {
    Scene scene;
    scene.ask_for(R"({"a": "^1.0.0"})");
    ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
    const std::string tree = scene.project.tree(scene.project.home() + "/.lpm/store");
    std::string file;
    for (std::size_t at = 0; at < tree.size(); at = tree.find('\n', at) + 1) {
      const std::string line = tree.substr(at, tree.find('\n', at) - at);
      if (line.ends_with("/index.js")) file = scene.project.home() + "/.lpm/store/" + line;
    }
    ASSERT_NE(file, "") << tree;
    for (const char* path : {"node_modules", ".lpm"}) scene.project.remove(path);
    scene.project.write(file, lost);
    scene.registry.clear_log();
    const Ran ran = install_after_reboot(scene);
    if (ran.status == 99) GTEST_SKIP() << "another boot id cannot be shown here: " << ran.err;
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(scene.project.read("node_modules/a/index.js"), "module.exports = 'a'\n");
    EXPECT_EQ(scene.registry.count("/a/-/*"), 1U);
  }
}

// labels: contract:B.5
TEST(PowerLoss, TakesAnEmptyLockfileAsAbsentAndSaysSo) {
  for (const std::string lost : {std::string(), std::string(400, '\0'), std::string("\n")}) {
    Scene scene;
    scene.ask_for(R"({"a": "^1.0.0"})");
    ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
    const std::string lockfile = scene.project.read("lpm.lock");
    scene.project.write("lpm.lock", lost);
    const Ran ran = scene.project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_THAT(ran.err, HasSubstr("lpm.lock"));
    EXPECT_EQ(scene.project.read("lpm.lock"), lockfile);
  }
}

}  // namespace
}  // namespace lpm::integration
