#include <gtest/gtest.h>

#include "base/text.h"
#include "lockfile/lockfile.h"

namespace lpm::lockfile {
namespace {

constexpr std::string_view kLocked = R"(lockfile = 1

[resolution]
node = "20.11.0"

[importers."."]
dependencies.a = { spec = "^1.0.0", to = "1.0.0" }
dependencies.z = { spec = "npm:b@^2.0.0", to = "b@2.0.0" }

[packages."a@1.0.0"]
dependencies.b = "2.0.0"
os = ["linux"]
peerDependencies.p = "^1"

[packages."b@2.0.0"]
bin = true
size = 12
)";

Lockfile must_parse(std::string_view text) {
  Result<Lockfile> parsed = parse_lockfile(text, "lpm.lock");
  EXPECT_TRUE(parsed) << parsed.error().where << ": expected " << parsed.error().facts[0].text;
  return parsed ? std::move(*parsed) : Lockfile{};
}

manifest::Manifest manifest_of_locked() {
  manifest::Manifest manifest;
  manifest.dependencies = {{"z", "npm:b@^2.0.0"}, {"a", "^1.0.0"}};
  return manifest;
}

TEST(Drift, IsEmptyWhenManifestAndLockfileAgree) {
  EXPECT_TRUE(drift(must_parse(kLocked), ".", manifest_of_locked()).empty());
}

TEST(Drift, TellsChangedAddedAndRemovedDependencies) {
  manifest::Manifest manifest = manifest_of_locked();
  manifest.dependencies = {{"a", "^2.0.0"}};
  manifest.dev_dependencies = {{"new", "*"}};
  const std::vector<Drift> drifts = drift(must_parse(kLocked), ".", manifest);
  ASSERT_EQ(drifts.size(), 3U);
  EXPECT_EQ(drifts[0].name, "a");
  EXPECT_EQ(drifts[0].locked_spec, "^1.0.0");
  EXPECT_EQ(drifts[0].wanted_spec, "^2.0.0");
  EXPECT_EQ(drifts[1].name, "new");
  EXPECT_EQ(drifts[1].locked_spec, "");
  EXPECT_EQ(drifts[2].name, "z");
  EXPECT_EQ(drifts[2].wanted_spec, "");
}

TEST(Drift, SeesADependencyThatMovedToAnotherField) {
  manifest::Manifest manifest = manifest_of_locked();
  manifest.dev_dependencies = {manifest.dependencies.back()};
  manifest.dependencies.pop_back();
  const std::vector<Drift> drifts = drift(must_parse(kLocked), ".", manifest);
  ASSERT_EQ(drifts.size(), 1U);
  EXPECT_EQ(drifts[0].locked_spec, "^1.0.0 (dependencies)");
  EXPECT_EQ(drifts[0].wanted_spec, "^1.0.0 (devDependencies)");
}

TEST(Drift, SeesALockedVersionOutOfRange) {
  const std::string text = replace_all(replace_all(std::string(kLocked), "a@1.0.0", "a@2.0.0"),
                                       "to = \"1.0.0\"", "to = \"2.0.0\"");
  const std::vector<Drift> drifts = drift(must_parse(text), ".", manifest_of_locked());
  ASSERT_EQ(drifts.size(), 1U);
  EXPECT_EQ(drifts[0].locked_spec, "^1.0.0 at a@2.0.0");
  EXPECT_EQ(drifts[0].wanted_spec, "^1.0.0");
}

TEST(Drift, SeesAnAliasThatLeadsElsewhere) {
  const std::string text =
      replace_all(std::string(kLocked), "to = \"b@2.0.0\"", "to = \"a@1.0.0\"");
  const std::vector<Drift> drifts = drift(must_parse(text), ".", manifest_of_locked());
  ASSERT_EQ(drifts.size(), 1U);
  EXPECT_EQ(drifts[0].name, "z");
}

// `*` takes the tag `latest` even when that is a prerelease; a tag may name any version.
TEST(Drift, LetsWhatATagNamedBe) {
  for (const char* spec : {"*", "next"}) {
    std::string text = replace_all(std::string(kLocked), "a@1.0.0", "a@1.0.0-rc.1");
    text = replace_all(text, "spec = \"^1.0.0\", to = \"1.0.0\"",
                       "spec = \"" + std::string(spec) + "\", to = \"1.0.0-rc.1\"");
    manifest::Manifest manifest = manifest_of_locked();
    manifest.dependencies = {{"z", "npm:b@^2.0.0"}, {"a", spec}};
    EXPECT_TRUE(drift(must_parse(text), ".", manifest).empty()) << spec;
  }
}

// Where overrides may have had a say, they are part of what must be the same.
TEST(Drift, LeavesVersionsToOverrides) {
  std::string text = replace_all(std::string(kLocked), "a@1.0.0", "a@2.0.0");
  text = replace_all(text, "to = \"1.0.0\"", "to = \"2.0.0\"");
  text = replace_all(text, "node = \"20.11.0\"\n",
                     "node = \"20.11.0\"\noverrides = \"" + std::string(64, 'a') + "\"\n");
  EXPECT_TRUE(drift(must_parse(text), ".", manifest_of_locked()).empty());
}

TEST(Drift, OptionalWinsOverDependenciesAsInNpm) {
  std::string text(kLocked);
  text = replace_all(text, "dependencies.z = {", "optionalDependencies.z = {");
  manifest::Manifest manifest = manifest_of_locked();
  manifest.optional_dependencies = {{"z", "npm:b@^2.0.0"}};
  EXPECT_TRUE(drift(must_parse(text), ".", manifest).empty());
}

TEST(Drift, LetsInstalledPeersBe) {
  const std::string text =
      replace_all(std::string(kLocked), "dependencies.z = {", "peerDependencies.z = {");
  manifest::Manifest manifest = manifest_of_locked();
  manifest.dependencies.erase(manifest.dependencies.begin());
  EXPECT_TRUE(drift(must_parse(text), ".", manifest).empty());
}

TEST(Drift, OfAnImporterThatIsNotLockedNamesEverything) {
  EXPECT_EQ(drift(must_parse(kLocked), "packages/new", manifest_of_locked()).size(), 2U);
}

TEST(Drift, CountsTheManifestsOwnRequiredPeersUnlessToldNotTo) {
  manifest::Manifest manifest = manifest_of_locked();
  manifest.peer_dependencies = {{"p", "^1"}, {"maybe", "*"}, {"a", "^9"}};
  manifest.optional_peers = {"maybe"};
  const std::vector<Drift> drifts = drift(must_parse(kLocked), ".", manifest);
  ASSERT_EQ(drifts.size(), 1U);
  EXPECT_EQ(drifts[0].name, "p");
  EXPECT_TRUE(drift(must_parse(kLocked), ".", manifest, false).empty());
}

}  // namespace
}  // namespace lpm::lockfile
