// Contract C.10: entries of lpm.lock that neither the committed lpm.lock nor this machine knows.
#include "integration/support.h"

namespace lpm::integration {
namespace {

void git(const TestProject& project, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"git", "-c", "user.name=t", "-c", "user.email=t@example.test"});
  const Ran ran = project.run(arguments);
  ASSERT_EQ(ran.status, 0) << ran;
}

// A project under git that asks for a and b; `a` is installed and committed, `b` is new in an
// lpm.lock that somebody else wrote.
class ForeignEntry {
 public:
  ForeignEntry() : work(R"({"a": "^1.0.0"})") {
    work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
    work.registry.publish("b", "1.0.0").file("index.js", "module.exports = 'b'\n");
    work.project.write(".gitignore", "node_modules\n");
    git(work.project, {"init", "--quiet"});
    work.install_document();
    commit();
    work.ask_for(R"({"a": "^1.0.0", "b": "^1.0.0"})");
    work.install_document();
    work.forget_all_but_the_lockfile();
  }
  void commit() {
    git(work.project, {"add", "."});
    git(work.project, {"commit", "--quiet", "-m", "change"});
  }
  Ran ci(std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), "ci");
    return work.project.lpm(flags);
  }
  // The registry and its tarballs stay as they are, but for what it says of `b`.
  void let_the_registry_differ() {
    work.registry.patch_packument(
        "b", JsonValue::parse(R"({"versions": {"1.0.0": {"dist": {"integrity": "sha512-)" +
                              std::string(86, 'A') + R"(=="}}}})"));
  }
  Workplace work;
};

// labels: contract:C.10
TEST(LockfileVerification, OnlyEntriesThatTheCommittedOneLacksAreCompared) {
  ForeignEntry scene;
  const Ran ran = scene.ci();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.work.registry.count("/a"), 0U);
  EXPECT_EQ(scene.work.registry.count("/b"), 1U);
}

// labels: contract:C.10
TEST(LockfileVerification, ACommittedLockfileIsBelieved) {
  ForeignEntry scene;
  scene.commit();
  scene.let_the_registry_differ();
  EXPECT_EQ(scene.ci().status, 0);
  EXPECT_EQ(scene.work.registry.count("/b"), 0U);
}

// labels: contract:C.10
TEST(LockfileVerification, AnEntryThatDiffersIsRefusedBeforeAnythingIsMade) {
  ForeignEntry scene;
  scene.let_the_registry_differ();
  for (const char* command : {"ci", "install"}) {
    const std::string before = scene.work.project.read("lpm.lock");
    const Ran ran = scene.work.project.lpm({command});
    EXPECT_EQ(ran.status, 60) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_LOCKFILE_MISMATCH"));
    EXPECT_THAT(ran.err, HasSubstr("b@1.0.0"));
    EXPECT_FALSE(scene.work.project.exists("node_modules/b"));
    EXPECT_EQ(scene.work.project.read("lpm.lock"), before);
  }
}

// labels: contract:C.10
TEST(LockfileVerification, AVersionThatTheRegistryDoesNotHaveIsRefused) {
  ForeignEntry scene;
  scene.work.registry.patch_packument("b", JsonValue::parse(R"({"versions": {"1.0.0": null}})"));
  const Ran ran = scene.ci();
  EXPECT_EQ(ran.status, 60) << ran;
  EXPECT_THAT(ran.err, HasSubstr("the registry has no such version"));
}

// labels: contract:C.10
TEST(LockfileVerification, WhatThisMachineKnowsIsNotAskedAgain) {
  ForeignEntry scene;
  EXPECT_EQ(scene.work.project.lpm({"install"}).status, 0);
  scene.work.registry.clear_log();
  // Its own lockfile, and after the state of the project is gone the cached metadata.
  for (const char* gone : {"node_modules", ".lpm"}) {
    scene.work.project.remove(gone);
    EXPECT_EQ(scene.work.project.lpm({"install"}).status, 0);
    EXPECT_EQ(scene.work.registry.count("/a"), 0U) << gone;
    EXPECT_EQ(scene.work.registry.count("/b"), 0U) << gone;
  }
}

// labels: contract:C.10
TEST(LockfileVerification, AFlagComparesAllOfIt) {
  ForeignEntry scene;
  scene.commit();
  const Ran ran = scene.ci({"--verify-lockfile", "--json"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(JsonValue::parse(ran.out).at("lockfile_compared").integer(), 2);
  EXPECT_EQ(scene.work.registry.count("/a"), 1U);
  EXPECT_EQ(scene.work.registry.count("/b"), 1U);
  scene.let_the_registry_differ();
  scene.work.forget_all_but_the_lockfile();
  EXPECT_EQ(scene.ci({"--verify-lockfile"}).status, 60);
}

// labels: contract:C.10
TEST(LockfileVerification, TheBaseOfAPullRequestCanBeNamed) {
  ForeignEntry scene;
  scene.commit();
  const Ran ran = scene.ci({"--trust-base", "HEAD~1", "--json"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(JsonValue::parse(ran.out).at("lockfile_compared").integer(), 1);
  EXPECT_EQ(scene.work.registry.count("/a"), 0U);
  EXPECT_EQ(scene.work.registry.count("/b"), 1U);
  scene.let_the_registry_differ();
  scene.work.forget_all_but_the_lockfile();
  EXPECT_EQ(scene.ci({"--trust-base", "HEAD~1"}).status, 60);
  for (const char* nothing : {"no-such-branch", "--output=x"}) {
    const Ran refused = scene.ci({std::string("--trust-base=") + nothing});
    EXPECT_EQ(refused.status, 2) << refused;
    EXPECT_THAT(refused.err, HasSubstr("git knows no commit"));
  }
  EXPECT_FALSE(scene.work.project.exists("x"));
}

// labels: contract:C.10
TEST(LockfileVerification, OfflineItIsSaidOrRefused) {
  ForeignEntry scene;
  EXPECT_EQ(scene.ci().status, 0);
  scene.work.project.remove(scene.work.project.home() + "/.lpm/cache");
  const Ran told = scene.ci({"--offline"});
  EXPECT_EQ(told.status, 0) << told;
  EXPECT_THAT(told.err, HasSubstr("1 package of it cannot be compared"));
  const Ran refused = scene.ci({"--offline", "--verify-lockfile"});
  EXPECT_EQ(refused.status, 30) << refused;
}

}  // namespace
}  // namespace lpm::integration
