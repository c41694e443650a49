#include "manifest/package_json.h"

#include <gtest/gtest.h>

namespace lpm::manifest {
namespace {

Manifest read_package(std::string_view text) {
  auto manifest = read_manifest(text, "package.json", Strictness::Package);
  EXPECT_TRUE(manifest) << (manifest ? "" : manifest.error().what);
  return manifest ? *manifest : Manifest{};
}

Error project_error(std::string_view text) {
  auto manifest = read_manifest(text, "package.json", Strictness::Project);
  EXPECT_FALSE(manifest) << text;
  return manifest ? Error(ErrorCode::INTERNAL, "none") : manifest.error();
}

const StringPairs kNothing;

TEST(PackageJson, ReadsEveryFieldOfAProject) {
  auto manifest = read_manifest(R"({
    "name": "app", "version": "1.2.3", "private": true,
    "dependencies": {"b": "^1.0.0", "a": "2"},
    "devDependencies": {"c": "~3"},
    "optionalDependencies": {"d": "4"},
    "peerDependencies": {"e": ">=5", "f": "*"},
    "peerDependenciesMeta": {"f": {"optional": true}, "e": {"optional": false}},
    "bundleDependencies": ["a"],
    "scripts": {"build": "tsc"},
    "bin": {"app": "./cli.js", "@scope/tool": "tool.js"},
    "directories": {"bin": "./bin"},
    "engines": {"node": ">=18", "npm": "*"},
    "os": ["linux"], "cpu": "x64", "libc": ["glibc"],
    "overrides": {"g": "1"}, "workspaces": ["packages/*"], "packageManager": "npm@11.0.0",
    "config": {"port": 80}, "lpm": {"linker": "hoisted"}
  })",
                                "package.json", Strictness::Project);
  ASSERT_TRUE(manifest) << manifest.error().what;
  EXPECT_EQ(manifest->name, "app");
  EXPECT_EQ(manifest->version, "1.2.3");
  EXPECT_TRUE(manifest->is_private);
  EXPECT_EQ(manifest->dependencies, (StringPairs{{"b", "^1.0.0"}, {"a", "2"}}));
  EXPECT_EQ(manifest->dev_dependencies, (StringPairs{{"c", "~3"}}));
  EXPECT_EQ(manifest->optional_dependencies, (StringPairs{{"d", "4"}}));
  EXPECT_EQ(manifest->peer_dependencies, (StringPairs{{"e", ">=5"}, {"f", "*"}}));
  EXPECT_EQ(manifest->optional_peers, (std::vector<std::string>{"f"}));
  EXPECT_EQ(manifest->bundled, (std::vector<std::string>{"a"}));
  EXPECT_EQ(manifest->scripts, (StringPairs{{"build", "tsc"}}));
  EXPECT_EQ(manifest->bins, (StringPairs{{"app", "./cli.js"}, {"tool", "tool.js"}}));
  EXPECT_EQ(manifest->directories_bin, "./bin");
  EXPECT_EQ(manifest->engines_node, ">=18");
  EXPECT_EQ(manifest->platform.os, (std::vector<std::string>{"linux"}));
  EXPECT_EQ(manifest->platform.cpu, (std::vector<std::string>{"x64"}));
  EXPECT_EQ(manifest->platform.libc, (std::vector<std::string>{"glibc"}));
  EXPECT_EQ(manifest->overrides.text_at("g"), "1");
  EXPECT_EQ(manifest->workspaces, (std::vector<std::string>{"packages/*"}));
  EXPECT_EQ(manifest->package_manager, "npm@11.0.0");
  EXPECT_NE(manifest->config.find("port"), nullptr);
  EXPECT_EQ(manifest->lpm.text_at("linker"), "hoisted");
}

TEST(PackageJson, NamesAStringBinAfterTheUnscopedPackage) {
  EXPECT_EQ(read_package(R"({"name": "@a/tool", "bin": "./x.js"})").bins,
            (StringPairs{{"tool", "./x.js"}}));
  EXPECT_EQ(read_package(R"({"name": "tool", "bin": "x.js"})").bins,
            (StringPairs{{"tool", "x.js"}}));
  EXPECT_EQ(read_package(R"({"bin": "x.js"})").bins, kNothing);
  EXPECT_EQ(read_package(R"({"name": "tool", "bin": ["lib/one.js", "two"]})").bins,
            (StringPairs{{"one.js", "lib/one.js"}, {"two", "two"}}));
}

TEST(PackageJson, ReadsPublishedFilesOfOddShapesWithoutError) {
  for (const std::string_view text : {R"({"engines": ["node >= 0.8"]})",
                                      R"({"engines": "node >= 0.8"})",
                                      R"({"engines": 1})",
                                      R"({"dependencies": null})",
                                      R"({"dependencies": ["a", "b"]})",
                                      R"({"dependencies": "a"})",
                                      R"({"dependencies": {"a": 1, "b": {}, "c": null}})",
                                      R"({"peerDependenciesMeta": []})",
                                      R"({"peerDependenciesMeta": {"a": true}})",
                                      R"({"bundledDependencies": false})",
                                      R"({"bundledDependencies": "x"})",
                                      R"({"scripts": []})",
                                      R"({"scripts": {"test": {}}})",
                                      R"({"bin": 3})",
                                      R"({"bin": {"a": 3}})",
                                      R"({"directories": "lib"})",
                                      R"({"directories": {"bin": 1}})",
                                      R"({"os": 3})",
                                      R"({"os": [3]})",
                                      R"({"name": 3})",
                                      R"({"version": 3})",
                                      R"({"overrides": "x"})",
                                      R"({"workspaces": true})",
                                      R"({"packageManager": {}})",
                                      R"({"config": "x"})",
                                      R"({"lpm": []})",
                                      "\xEF\xBB\xBF{\"name\": \"a\"}"}) {
    SCOPED_TRACE(text);
    const Manifest manifest = read_package(text);
    EXPECT_EQ(manifest.dependencies, kNothing);
    EXPECT_EQ(manifest.scripts, kNothing);
    EXPECT_EQ(manifest.bins, kNothing);
    EXPECT_EQ(manifest.engines_node, "");
  }
}

TEST(PackageJson, BundledTrueMeansEveryDependencyAlsoTheOptionalOnes) {
  const Manifest manifest = read_package(
      R"({"dependencies": {"a": "1", "b": "1"}, "optionalDependencies": {"b": "2"},
          "bundledDependencies": true})");
  EXPECT_EQ(manifest.bundled, (std::vector<std::string>{"a", "b"}));
}

TEST(PackageJson, LeavesOptionalDependenciesOutOfDependencies) {
  const Manifest manifest =
      read_package(R"({"dependencies": {"a": "1", "b": "1"}, "optionalDependencies": {"b": "2"}})");
  EXPECT_EQ(manifest.dependencies, (StringPairs{{"a", "1"}}));
  EXPECT_EQ(manifest.optional_dependencies, (StringPairs{{"b", "2"}}));
}

TEST(PackageJson, LastOfDuplicateKeysCounts) {
  const Manifest manifest =
      read_package(R"({"scripts": {"a": "one", "a": "two", "b": "x", "b": 3}})");
  EXPECT_EQ(manifest.scripts, (StringPairs{{"a", "two"}}));
}

TEST(PackageJson, ReportsOneBadFieldOfAProjectAtItsPlace) {
  const Error error = project_error("{\n  \"name\": \"a\",\n  \"scripts\": {\"build\": 3}\n}\n");
  EXPECT_EQ(error.code, ErrorCode::BAD_MANIFEST);
  EXPECT_EQ(error.what, "`scripts.build` must be a string, not a number");
  EXPECT_EQ(error.where, "package.json:3:24");
}

TEST(PackageJson, ReportsAllBadFieldsOfAProjectAtOnce) {
  const Error error = project_error(R"({
  "name": 1,
  "dependencies": {"a": 2, "b": "1"},
  "bin": ["x"],
  "os": [true],
  "workspaces": "packages/*"
})");
  EXPECT_EQ(error.what, "5 entries of package.json have the wrong shape");
  EXPECT_EQ(error.where, "package.json:2:11");
  ASSERT_EQ(error.facts.size(), 5U);
  EXPECT_EQ(error.facts[1].label, "dependencies.a");
  EXPECT_EQ(error.facts[1].text, "must be a string, not a number  package.json:3:25");
  EXPECT_EQ(error.facts[2].label, "bin");
  EXPECT_EQ(error.facts[3].label, "os[0]");
  EXPECT_EQ(error.facts[4].label, "workspaces");
}

TEST(PackageJson, RefusesARootThatIsNoObject) {
  EXPECT_EQ(project_error("[]").what, "package.json must hold an object, not an array");
  EXPECT_FALSE(read_manifest("3", "package.json", Strictness::Package));
}

TEST(PackageJson, NullCountsAsAbsentInAProjectToo) {
  EXPECT_TRUE(read_manifest(R"({"dependencies": null, "bin": null, "workspaces": null})",
                            "package.json", Strictness::Project));
}

}  // namespace
}  // namespace lpm::manifest
