// Contracts E.1 to E.4: what an earlier command, another program or version control left behind.
#include <filesystem>
#include <thread>

#include "integration/support.h"

namespace lpm::integration {
namespace {

struct Scene : Workplace {
  Scene() : Workplace(R"({"@s/b": "^1.0.0", "a": "^1.0.0"})") {
    registry.publish("a", "1.0.0")
        .depends("deep", "^1.0.0")
        .file("index.js", "module.exports = 'a and ' + require('deep')\n");
    registry.publish("@s/b", "1.0.0").bin("b", "cli.js").file("cli.js", "#!/usr/bin/env node\n");
    registry.publish("deep", "1.0.0").file("index.js", "module.exports = 'deep'\n");
    EXPECT_EQ(project.lpm({"install"}).status, 0);
    tree = project.tree("node_modules");
    lockfile = project.read("lpm.lock");
    registry.clear_log();
  }
  bool says_up_to_date() { return project.lpm({"install"}).out.starts_with("up to date"); }
  void expect_repaired() {
    EXPECT_EQ(project.tree("node_modules"), tree);
    EXPECT_EQ(project.run({"node", "-p", "require('a')"}).out, "a and deep\n");
    EXPECT_TRUE(says_up_to_date());
  }

  std::string tree;
  std::string lockfile;
};

// labels: contract:E.1
TEST(PartialState, AStaleRecordIsNotBelieved) {
  for (const char* record : {"", "garbage", "lpm-install-hash 1\n"}) {
    Scene scene;
    ASSERT_TRUE(scene.says_up_to_date());
    scene.project.write(".lpm/install-hash", record);
    EXPECT_FALSE(scene.says_up_to_date());
    scene.expect_repaired();
  }
}

// labels: contract:E.1
TEST(PartialState, AnEditedManifestIsNotUpToDate) {
  Scene scene;
  scene.registry.publish("c", "1.0.0");
  scene.ask_for(R"({"@s/b": "^1.0.0", "a": "^1.0.0", "c": "^1.0.0"})");
  EXPECT_FALSE(scene.says_up_to_date());
  EXPECT_TRUE(scene.project.exists("node_modules/c/package.json"));
}

// labels: contract:E.1
TEST(PartialState, AnEditDuringAnInstallIsKeptAndSeenByTheNextOne) {
  Workplace work(R"({"a": "^1.0.0"})");
  for (const char* name : {"a", "b", "c"}) work.registry.publish(name, "1.0.0");
  work.registry.fault("/a/-/*").delay(600);
  TestProject::Child child = work.project.start_lpm({"install"});
  while (work.registry.count("/a/-/*") == 0) std::this_thread::yield();
  work.ask_for(R"({"a": "^1.0.0", "b": "^1.0.0"})");
  const auto edited = work.project.snapshot("package.json");
  const Ran ran = child.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.snapshot("package.json"), edited);
  EXPECT_FALSE(work.project.exists("node_modules/b"));
  EXPECT_FALSE(work.project.lpm({"install"}).out.starts_with("up to date"));
  EXPECT_TRUE(work.project.exists("node_modules/b"));
}

// labels: contract:E.1
TEST(PartialState, AnEditDuringAnAddIsNotOverwritten) {
  Workplace work(R"({"a": "^1.0.0"})");
  for (const char* name : {"a", "b", "c"}) work.registry.publish(name, "1.0.0");
  work.registry.fault("/a/-/*").delay(600);
  TestProject::Child child = work.project.start_lpm({"install", "c"});
  while (work.registry.count("/a/-/*") == 0) std::this_thread::yield();
  work.ask_for(R"({"a": "^1.0.0", "b": "^1.0.0"})");
  const auto edited = work.project.snapshot("package.json");
  const Ran ran = child.wait();
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.err, HasSubstr("package.json"));
  EXPECT_THAT(ran.err, HasSubstr("hint: run the command again"));
  EXPECT_EQ(work.project.snapshot("package.json"), edited);
  EXPECT_FALSE(work.project.exists("node_modules"));
  EXPECT_FALSE(work.project.exists("lpm.lock"));
  const Ran again = work.project.lpm({"install", "c"});
  EXPECT_EQ(again.status, 0) << again;
  EXPECT_THAT(work.project.read("package.json"), HasSubstr("\"b\""));
}

// One read gives the settings and the install what package.json says.
TEST(PartialState, PackageJsonIsReadOnce) {
  Scene scene;
  scene.project.remove(".lpm/install-hash");
  const std::string trace = scene.project.root() + "/trace";
  const Ran ran = scene.project.run(
      {"strace", "-f", "-o", trace, "-e", "trace=openat", TestProject::lpm_binary(), "install"});
  if (ran.status == 127 || ran.err.find("PTRACE") != std::string::npos)
    GTEST_SKIP() << "strace cannot be used here: " << ran.err;
  ASSERT_EQ(ran.status, 0) << ran;
  const std::string calls = scene.project.read(trace);
  const std::string name = scene.project.path("package.json");
  std::size_t count = 0;
  for (std::size_t at = calls.find(name); at != std::string::npos; at = calls.find(name, at + 1))
    ++count;
  EXPECT_EQ(count, 1U);
}

// labels: contract:E.2
TEST(PartialState, AMissingEntryIsMadeAgain) {
  for (const char* path : {"node_modules", "node_modules/a", "node_modules/@s", "node_modules/@s/b",
                           "node_modules/.bin", "node_modules/.bin/b", "node_modules/.lpm",
                           "node_modules/.lpm/a@1.0.0", "node_modules/.lpm/deep@1.0.0"}) {
    SCOPED_TRACE(path);
    Scene scene;
    scene.project.remove(path);
    EXPECT_FALSE(scene.says_up_to_date());
    scene.expect_repaired();
    EXPECT_EQ(scene.registry.requests().size(), 0U);
  }
}

// labels: contract:E.2
TEST(PartialState, AnAddedEntryIsNoticed) {
  for (const char* path : {"node_modules/stray", "node_modules/@s/stray", "node_modules/.bin/stray",
                           "node_modules/.lpm/stray@1.0.0"}) {
    SCOPED_TRACE(path);
    Scene scene;
    scene.project.write(std::string(path) + "/index.js", "mine");
    EXPECT_FALSE(scene.says_up_to_date());
    EXPECT_TRUE(scene.says_up_to_date());
  }
}

// labels: contract:E.2
TEST(PartialState, AWipedStoreIsFilledAgain) {
  Scene scene;
  scene.project.remove(scene.project.home() + "/.lpm");
  EXPECT_FALSE(scene.says_up_to_date());
  scene.expect_repaired();
}

// labels: contract:E.2
TEST(PartialState, AMovedProjectIsCheckedAnew) {
  Scene scene;
  std::filesystem::rename(scene.project.path(), scene.project.root() + "/moved");
  const RunOptions there{.directory = scene.project.root() + "/moved"};
  EXPECT_FALSE(scene.project.lpm({"install"}, there).out.starts_with("up to date"));
  EXPECT_TRUE(scene.project.lpm({"install"}, there).out.starts_with("up to date"));
  EXPECT_EQ(scene.project.run({"node", "-p", "require('a')"}, there).out, "a and deep\n");
}

// labels: contract:E.2
TEST(PartialState, DamageInsideAPackageIsFoundByForceAndCi) {
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"install", "--force"}, std::vector<std::string>{"ci"}}) {
    for (const bool in_place : {false, true}) {
      SCOPED_TRACE(command.front() + (in_place ? ", in place" : ", another file"));
      Scene scene;
      if (!in_place) scene.project.remove("node_modules/a/index.js");
      scene.project.write("node_modules/a/index.js", "throw new Error('damaged')\n");
      const Ran ran = scene.project.lpm(command);
      EXPECT_EQ(ran.status, 0) << ran;
      EXPECT_EQ(scene.registry.requests().size(), in_place ? 1U : 0U);
      scene.expect_repaired();
    }
  }
}

// labels: contract:E.3
TEST(PartialState, AnImageNeverOverridesTheLockfile) {
  Scene good;
  const std::string image = good.project.read(".lpm/lpm.lockb");
  ASSERT_FALSE(image.empty());
  std::string flipped = image, newer = image;
  flipped[flipped.size() / 2] ^= 1;
  newer[8] = 99;
  // Of another lockfile, in good order: `a` is locked to another version there.
  Scene other;
  other.registry.publish("a", "1.0.1").file("index.js", "module.exports = 'other'\n");
  ASSERT_EQ(other.project.lpm({"install", "a@1.0.1", "--prefer-online"}).status, 0);
  for (const std::string& bytes : {std::string(), image.substr(0, image.size() / 2), flipped, newer,
                                   other.project.read(".lpm/lpm.lockb")}) {
    Scene scene;
    scene.project.write(".lpm/lpm.lockb", bytes);
    scene.project.remove(".lpm/install-hash");
    scene.project.remove("node_modules");
    const Ran ran = scene.project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(scene.project.read("lpm.lock"), scene.lockfile);
    EXPECT_NE(scene.project.read(".lpm/lpm.lockb"), bytes);
    scene.expect_repaired();
  }
}

// labels: contract:E.3
TEST(PartialState, AnImageIsRewrittenAfterTheLockfileChanged) {
  Scene scene;
  const std::string old_image = scene.project.read(".lpm/lpm.lockb");
  std::string text = scene.project.read("lpm.lock");
  for (std::size_t at = 0; (at = text.find("1.0.0", at)) != std::string::npos; ++at)
    if (text.compare(at - 5, 5, "deep@") == 0 || text.compare(at - 8, 8, "deep = \"") == 0)
      text.replace(at, 5, "1.0.7");
  scene.registry.publish("deep", "1.0.7").file("index.js", "module.exports = 'deeper'\n");
  const std::string old_hash = scene.registry.integrity_of("deep", "1.0.0");
  if (const std::size_t at = text.find(old_hash); at != std::string::npos)
    text.replace(at, old_hash.size(), scene.registry.integrity_of("deep", "1.0.7"));
  scene.project.write("lpm.lock", text);
  const Ran ran = scene.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.project.run({"node", "-p", "require('a')"}).out, "a and deeper\n");
  EXPECT_NE(scene.project.read(".lpm/lpm.lockb"), old_image);
}

std::string conflict(const std::string& ours, const std::string& theirs) {
  return "<<<<<<< HEAD\n" + ours + "=======\n" + theirs + ">>>>>>> branch\n";
}

// labels: contract:E.4
TEST(PartialState, AMergeConflictIsResolvedAndTold) {
  Scene scene;
  Scene other;
  other.registry.publish("a", "1.0.1").depends("deep", "^1.0.0");
  other.project.lpm({"install", "a@1.0.1", "--prefer-online"});
  scene.project.write("lpm.lock", conflict(scene.lockfile, other.project.read("lpm.lock")));
  const Ran frozen = scene.project.lpm({"install", "--frozen-lockfile"});
  EXPECT_EQ(frozen.status, 60) << frozen;
  EXPECT_THAT(frozen.err, HasSubstr("LPM_CONFLICT_MARKERS"));
  const Ran ran = scene.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr("merge conflict"));
  EXPECT_THAT(ran.err, HasSubstr("1.0.1, not 1.0.0"));
  EXPECT_THAT(scene.project.read("lpm.lock"), Not(HasSubstr("<<<<<<<")));
}

}  // namespace
}  // namespace lpm::integration
