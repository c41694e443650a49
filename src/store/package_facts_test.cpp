#include "store/package_facts.h"

#include <gtest/gtest.h>

namespace lpm::store {
namespace {

PackageIndex facts_of(const std::string& package_json, std::vector<std::string> paths = {}) {
  PackageIndex index;
  for (std::string& path : paths) index.files.push_back({.path = std::move(path)});
  auto result = with_package_facts(std::move(index), package_json);
  EXPECT_TRUE(result);
  return result ? std::move(*result) : PackageIndex();
}

std::vector<std::string> bins_of(const PackageIndex& index) {
  std::vector<std::string> bins;
  for (const IndexedBin& bin : index.bins) bins.push_back(bin.command + " " + bin.path);
  return bins;
}

using Texts = std::vector<std::string>;

TEST(PackageFacts, StringBinIsNamedAfterThePackageWithoutItsScope) {
  const auto index = facts_of(R"({"name":"@scope/tool","version":"1.0.0","bin":"./cli.js"})");
  EXPECT_EQ(bins_of(index), Texts{"tool cli.js"});
}

TEST(PackageFacts, BinsThatLeaveThePackageAreRefused) {
  const auto index = facts_of(
      R"({"name":"a","bin":{"ok":"lib/../x","a":"../x","b":"/x","c":"x\u0000y","d":"x/","e":".","":"x",
          "n\u0000":"x",".":"x","\\w":"x","fine":"./lib//x.js","none":""}})");
  EXPECT_EQ(bins_of(index), Texts{"fine lib/x.js"});
  EXPECT_EQ(index.refused_bins.size(), 10U);
}

TEST(PackageFacts, FilesOfTheBinFolderAreCommandsUnlessHidden) {
  const Texts paths = {"bin/.hidden", "bin/a", "bin/sub/b.js", "bin2/c", "x"};
  const auto index = facts_of(R"({"name":"a","directories":{"bin":"./bin/"}})", paths);
  EXPECT_EQ(bins_of(index), (Texts{"a bin/a", "b.js bin/sub/b.js"}));
  const auto with_both =
      facts_of(R"({"name":"a","bin":{"z":"x"},"directories":{"bin":"bin"}})", paths);
  EXPECT_EQ(bins_of(with_both), Texts{"z x"});
  const auto outside = facts_of(R"({"name":"a","directories":{"bin":"../bin"}})", paths);
  EXPECT_TRUE(outside.bins.empty());
  EXPECT_EQ(outside.refused_bins, Texts{"../bin"});
}

TEST(PackageFacts, InstallScriptsComeInTheOrderTheyRun) {
  const auto index = facts_of(
      R"({"name":"a","scripts":{"prepare":"p","test":"t","postinstall":"c","install":"b","preinstall":"a"}})");
  EXPECT_EQ(index.install_scripts,
            (manifest::StringPairs{
                {"preinstall", "a"}, {"install", "b"}, {"postinstall", "c"}, {"prepare", "p"}}));
}

TEST(PackageFacts, AGypFileMeansAnInstallScript) {
  const manifest::StringPairs gyp = {{"install", "node-gyp rebuild"}};
  EXPECT_EQ(facts_of(R"({"name":"a"})", {"binding.gyp"}).install_scripts, gyp);
  EXPECT_TRUE(facts_of(R"({"name":"a"})", {"lib/binding.gyp"}).install_scripts.empty());
  EXPECT_TRUE(facts_of(R"({"name":"a","gypfile":false})", {"binding.gyp"}).install_scripts.empty());
  EXPECT_EQ(
      facts_of(R"({"name":"a","scripts":{"preinstall":"x"}})", {"binding.gyp"}).install_scripts,
      (manifest::StringPairs{{"preinstall", "x"}}));
}

TEST(PackageFacts, RequirementsAndBundledAreKept) {
  const auto index = facts_of(
      R"({"name":"a","version":"1.0.0","engines":{"node":">=18"},"os":["linux"],"cpu":"x64",
          "libc":["musl"],"bundleDependencies":["b"]})");
  EXPECT_EQ(index.engines_node, ">=18");
  EXPECT_EQ(index.platform.os, Texts{"linux"});
  EXPECT_EQ(index.platform.cpu, Texts{"x64"});
  EXPECT_EQ(index.platform.libc, Texts{"musl"});
  EXPECT_EQ(index.bundled, Texts{"b"});
}

}  // namespace
}  // namespace lpm::store
