#include "sources/disk.h"

#include <gtest/gtest.h>

#include "os/files.h"

namespace lpm::sources {
namespace {

class Disk : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *os::make_temporary_directory(testing::TempDir(), "lpm-sources-");
    options_.project = folder_ + "/app";
    options_.home = folder_ + "/home";
    ASSERT_TRUE(os::make_directories(options_.project));
  }
  void TearDown() override { ASSERT_TRUE(os::remove_tree(folder_)); }

  void write(const std::string& path, std::string_view text) {
    const std::string file = folder_ + "/" + path;
    ASSERT_TRUE(os::make_directories(file.substr(0, file.rfind('/'))));
    ASSERT_TRUE(os::write_file(file, text));
  }
  Result<Found> read(const std::string& text) {
    store::Store store(folder_ + "/store");
    return read_from_disk(options_, store, {text, {}});
  }
  std::string folder_;
  Options options_;
};

TEST_F(Disk, FolderInsideTheProjectHasItsDependenciesAndPeers) {
  write("app/lib/package.json", R"({"name": "lib", "version": "v1.2.0", "bin": "cli.js",
    "dependencies": {"a": "1"}, "peerDependencies": {"b": "2", "c": "3"},
    "peerDependenciesMeta": {"c": {"optional": true}}, "devDependencies": {"d": "4"}})");
  const auto found = read("file:lib");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->source, (graph::Source{graph::SourceKind::Link, "lib"}));
  EXPECT_EQ(found->packument->name(), "lib");
  EXPECT_EQ(found->packument->version_text(0), "1.2.0");
  ASSERT_EQ(found->packument->dependencies(0).size(), 2u);
  EXPECT_EQ(found->packument->dependencies(0)[1].name, "b");
  EXPECT_TRUE(found->packument->peer_dependencies(0).empty());
  EXPECT_TRUE(found->packument->has_bin(0));
  EXPECT_EQ(found->entry.directory, options_.project + "/lib");
  ASSERT_EQ(found->entry.index.bins.size(), 1u);
  EXPECT_EQ(found->entry.index.bins[0].command, "lib");
}

TEST_F(Disk, FolderOutsideIsLinkedWithoutDependencies) {
  write("out/package.json", R"({"name": "out", "dependencies": {"a": "1"}})");
  const auto found = read("file:../out");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->packument->version_text(0), "0.0.0");
  EXPECT_TRUE(found->packument->dependencies(0).empty());
  EXPECT_NE(found->warning, "");
}

TEST_F(Disk, LinkThatLeadsOutsideIsOutside) {
  write("out/package.json", R"({"name": "out", "dependencies": {"a": "1"}})");
  ASSERT_TRUE(os::make_symlink(folder_ + "/out", options_.project + "/in"));
  const auto found = read("file:in");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_TRUE(found->packument->dependencies(0).empty());
}

TEST_F(Disk, ProjectItselfAndNodeModulesAreNoFoldersOfTheProject) {
  write("app/node_modules/a/package.json", "{}");
  EXPECT_FALSE(is_inside_project(options_, "."));
  EXPECT_FALSE(is_inside_project(options_, "node_modules/a"));
  EXPECT_FALSE(is_inside_project(options_, "../app"));
}

TEST_F(Disk, NamelessFolderIsCalledAfterItself) {
  write("app/tools/package.json", "{}");
  const auto found = read("file:tools");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->packument->name(), "tools");
}

TEST_F(Disk, LinkNeedsNoPackageJsonAndHasNoDependencies) {
  write("app/lib/package.json", R"({"name": "lib", "dependencies": {"a": "1"}})");
  write("app/plain/x.js", "");
  const auto lib = read("link:lib"), plain = read("link:plain");
  ASSERT_TRUE(lib && plain);
  EXPECT_TRUE(lib->packument->dependencies(0).empty());
  EXPECT_EQ(plain->packument->name(), "plain");
}

TEST_F(Disk, HomeIsFoundAndWrittenOut) {
  write("home/lib/package.json", R"({"name": "lib"})");
  const auto found = read("file:~/lib");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->source.locator, folder_ + "/home/lib");
}

TEST_F(Disk, PackedFolderIsAnEntryOfTheStore) {
  options_.pack_folders = true;
  write(
      "app/lib/package.json",
      R"({"name": "lib", "version": "1.0.0", "files": ["a.js"], "peerDependencies": {"b": "2"}})");
  write("app/lib/a.js", "1");
  write("app/lib/b.js", "2");
  const auto found = read("file:lib");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->source, (graph::Source{graph::SourceKind::Directory, "lib"}));
  EXPECT_TRUE(os::exists(found->entry.directory + "/a.js"));
  EXPECT_FALSE(os::exists(found->entry.directory + "/b.js"));
  EXPECT_EQ(found->packument->peer_dependencies(0).size(), 1u);
}

TEST_F(Disk, WhatIsNotThereOrNoPackageIsAnError) {
  write("app/empty/x", "");
  write("app/bad/package.json", R"({"name": "../x"})");
  EXPECT_EQ(read("file:gone").error().code, ErrorCode::SOURCE_NOT_FOUND);
  EXPECT_EQ(read("file:empty").error().code, ErrorCode::BAD_SOURCE);
  EXPECT_EQ(read("file:bad").error().code, ErrorCode::BAD_SOURCE);
  EXPECT_EQ(read("link:empty/x").error().code, ErrorCode::BAD_SOURCE);
  EXPECT_EQ(read("file:a\nb").error().code, ErrorCode::BAD_SOURCE);
}

}  // namespace
}  // namespace lpm::sources
