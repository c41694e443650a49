// Global packages from outside: what install, update and uninstall -g leave on disk and on PATH.
#include "integration/global_support.h"

namespace lpm::integration {
namespace {

TEST(Global, CommandsAreOnPathAndRunFromAnywhere) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  const Ran ran = scene.lpm({"install", "-g", "a"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.out, HasSubstr("+ a 1.0.0 (a)"));
  EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
  EXPECT_FALSE(scene.project.exists("node_modules"));
  EXPECT_FALSE(scene.project.exists(".lpm"));
  EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\n");
  scene.expect_settled();
}

TEST(Global, EachPackageHasItsOwnRootAndLockfile) {
  GlobalScene scene;
  scene.registry.publish("shared", "1.0.0").file("index.js", "module.exports = 'old'");
  scene.registry.publish("shared", "2.0.0").file("index.js", "module.exports = 'new'");
  for (const auto& [name, range] : {std::pair("a", "^1"), std::pair("b", "^2")})
    scene.registry.publish(name, "1.0.0")
        .depends("shared", range)
        .bin(name, "cli.js")
        .file("cli.js", "#!/usr/bin/env node\nconsole.log(require('shared'))\n");
  const Ran ran = scene.lpm({"install", "-g", "a", "b"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.call("a"), "old\n");
  EXPECT_EQ(scene.call("b"), "new\n");
  const std::vector<std::string> roots = scene.roots();
  ASSERT_EQ(roots.size(), 2U);
  for (const std::string& root : roots)
    EXPECT_THAT(scene.project.read(scene.global("roots/" + root + "/lpm.lock")),
                HasSubstr("shared@"));
}

TEST(Global, AnUpdateStaysInWhatWasAskedFor) {
  GlobalScene scene;
  for (const char* name : {"a", "b", "c"}) scene.publish_tool(name, "1.0.0");
  ASSERT_EQ(scene.lpm({"install", "-g", "a", "b@^1", "c@1.0.0"}).status, 0);
  for (const char* name : {"a", "b", "c"}) {
    scene.publish_tool(name, "1.5.0");
    scene.publish_tool(name, "2.0.0");
  }
  const Ran ran = scene.lpm({"update", "-g"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.out, HasSubstr("~ a 1.0.0 -> 2.0.0 (a)\n~ b 1.0.0 -> 1.5.0 (b)\n= c 1.0.0"));
  EXPECT_EQ(scene.call("a"), "a 2.0.0\n");
  EXPECT_EQ(scene.call("b"), "b 1.5.0\n");
  EXPECT_EQ(scene.call("c"), "c 1.0.0\n");
  EXPECT_EQ(scene.roots().size(), 3U);
  scene.expect_settled();
}

TEST(Global, AnUpdateSeesNewDependenciesOfTheSameVersion) {
  GlobalScene scene;
  scene.registry.publish("deep", "1.0.0").file("index.js", "module.exports = 'deep 1.0.0'");
  scene.registry.publish("a", "1.0.0")
      .depends("deep", "^1")
      .bin("a", "cli.js")
      .file("cli.js", "#!/usr/bin/env node\nconsole.log(require('deep'))\n");
  ASSERT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  scene.registry.publish("deep", "1.1.0").file("index.js", "module.exports = 'deep 1.1.0'");
  EXPECT_EQ(scene.lpm({"update", "-g", "a"}).status, 0);
  EXPECT_EQ(scene.call("a"), "deep 1.1.0\n");
}

TEST(Global, InstallingAgainMendsADamagedRoot) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  ASSERT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  EXPECT_THAT(scene.lpm({"install", "-g", "a"}).out, HasSubstr("= a 1.0.0, up to date"));
  scene.project.remove(scene.global("roots/" + scene.roots().front() + "/node_modules"));
  EXPECT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
  EXPECT_EQ(scene.roots().size(), 1U);
}

TEST(Global, RemovedLinksComeBackWithTheNextChange) {
  GlobalScene scene;
  for (const char* name : {"a", "b"}) scene.publish_tool(name, "1.0.0");
  ASSERT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  scene.project.remove(scene.home("bin/a"));
  ASSERT_EQ(scene.lpm({"install", "-g", "b"}).status, 0);
  EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
}

TEST(Global, TheStoreKeepsWhatGlobalPackagesNeed) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  ASSERT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  // Copies instead of hard links: then only the lockfile says who needs what.
  const Ran copied = scene.project.run(
      {"sh", "-c", "cd \"$0\" && cp -a roots copy && rm -r roots && mv copy roots",
       scene.global("")});
  ASSERT_EQ(copied.status, 0) << copied;
  EXPECT_THAT(scene.lpm({"store", "gc", "--json"}).out, HasSubstr("\"kept\": 1"));
  ASSERT_EQ(scene.lpm({"uninstall", "-g", "a"}).status, 0);
  EXPECT_THAT(scene.lpm({"store", "gc", "--json"}).out, HasSubstr("\"kept\": 0"));
}

TEST(Global, TheProjectHasNoSayInGlobalInstalls) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  scene.project.write(".npmrc",
                      "registry=http://registry.example/\nomit[]=optional\nglobal=true\n");
  scene.project.write("package.json", "{ broken");
  const Ran ran = scene.lpm({"install", "-g", "a"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
}

TEST(Global, TheHintAboutPathComesOnce) {
  GlobalScene scene;
  for (const char* name : {"a", "b"}) scene.publish_tool(name, "1.0.0");
  const Environment plain = scene.project.environment();
  const RunOptions off_path{.environment = {{"SHELL", "/bin/zsh"}}};
  Ran ran = scene.project.lpm({"install", "-g", "a"}, off_path);
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr(scene.home("bin") + ":$PATH"));
  EXPECT_THAT(ran.err, HasSubstr("~/.zshrc"));
  ran = scene.project.lpm({"install", "-g", "b"}, off_path);
  EXPECT_THAT(ran.err, Not(HasSubstr("PATH")));
}

TEST(Global, SaysWhenAnotherFolderComesFirst) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  const std::string other = scene.project.root() + "/other";
  scene.project.write(other + "/a", "#!/bin/sh\n");
  ASSERT_EQ(scene.project.run({"chmod", "755", other + "/a"}).status, 0);
  const Ran ran = scene.project.lpm(
      {"install", "-g", "a"},
      {.environment = {{"PATH", other + ":" + scene.home("bin") + ":" + scene.outer_path()}}});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr("`a` means " + other + "/a"));
}

TEST(Global, ARangeMayHoldAnyWhiteSpace) {
  GlobalScene scene;
  scene.publish_tool("a", "1.0.0");
  EXPECT_EQ(scene.lpm({"install", "-g", "a@>=1\t<2"}).status, 0);
  EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\n");
  const Ran again = scene.lpm({"update", "-g"});
  EXPECT_EQ(again.status, 0) << again;
}

TEST(Global, AFailureInOnePackageLeavesEverythingAsItWas) {
  GlobalScene scene;
  for (const char* name : {"a", "b"}) scene.publish_tool(name, "1.0.0");
  ASSERT_EQ(scene.lpm({"install", "-g", "a"}).status, 0);
  scene.publish_tool("a", "2.0.0");
  scene.registry.fault("/b/-/*").status(404);
  const auto before = scene.project.snapshot(scene.home("bin"));
  const std::string catalogue = scene.project.read(scene.global("installed.json"));
  const Ran ran = scene.lpm({"install", "-g", "a@2", "b", "--prefer-online"});
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.err, HasSubstr("for the global package `b`"));
  EXPECT_EQ(scene.project.snapshot(scene.home("bin")), before);
  EXPECT_EQ(scene.project.read(scene.global("installed.json")), catalogue);
  EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
  scene.expect_settled();
}

// labels: contract:A.4
TEST(Global, TwoAtOnceBothEndOnPath) {
  for (int round = 0; round < 3; ++round) {
    GlobalScene scene;
    for (const char* name : {"a", "b"}) scene.publish_tool(name, "1.0.0");
    scene.registry.fault(round == 0 ? "/a/-/*" : "/*/-/*").delay(200);
    TestProject::Child first = scene.start({"install", "-g", "a"});
    TestProject::Child second = scene.start({"install", "-g", "b"});
    const Ran one = first.wait(), other = second.wait();
    EXPECT_EQ(one.status, 0) << one;
    EXPECT_EQ(other.status, 0) << other;
    EXPECT_EQ(scene.call("a"), "a 1.0.0\n");
    EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
    EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\nb 1.0.0 (b)\n");
    EXPECT_THAT(scene.project.read(scene.global("installed.json")), HasSubstr("\"serial\": 2"));
    scene.expect_settled();
  }
}

// labels: contract:A.4
TEST(Global, ManyAtOnceOfTheSamePackageLeaveOneRoot) {
  GlobalScene scene;
  for (const char* version : {"1.0.0", "2.0.0", "3.0.0"}) scene.publish_tool("a", version);
  std::vector<TestProject::Child> children;
  for (const char* wish : {"a@1", "a@2", "a@3", "a@1", "a@2", "a@3"})
    children.push_back(scene.start({"install", "-g", wish}));
  for (TestProject::Child& child : children) {
    const Ran ran = child.wait();
    EXPECT_EQ(ran.status, 0) << ran;
  }
  EXPECT_EQ(scene.roots().size(), 1U);
  EXPECT_THAT(scene.call("a"), HasSubstr("a "));
  scene.expect_settled();
}

}  // namespace
}  // namespace lpm::integration
