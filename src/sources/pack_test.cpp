#include "sources/pack.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "os/files.h"

namespace lpm::sources {
namespace {

class Pack : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *os::make_temporary_directory(testing::TempDir(), "lpm-pack-");
  }
  void TearDown() override { ASSERT_TRUE(os::remove_tree(folder_)); }

  void write(const std::string& path, std::string_view text = "x") {
    ASSERT_TRUE(os::make_directories(folder_ + "/" + path.substr(0, path.rfind('/') + 1)));
    ASSERT_TRUE(os::write_file(folder_ + "/" + path, text));
  }
  std::string packed(const std::string& package_json) {
    EXPECT_TRUE(os::write_file(folder_ + "/package.json", package_json));
    const auto files = files_to_pack(folder_, pack_facts(package_json));
    if (!files) return files.error().what;
    std::vector<std::string> paths;
    for (const PackedFile& file : *files) paths.push_back(file.path);
    return join(paths, " ");
  }
  std::string folder_;
};

// What `npm pack` of npm 11.19.1 takes of the same files.
TEST_F(Pack, TakesEverythingButWhatIsNeverPacked) {
  for (const char* path :
       {"index.js", "lib/a.js", "lib/.DS_Store", "lib/.npmrc", ".npmrc", "yarn.lock", ".hidden",
        "a.orig", ".x.swp", "a.swp", "package-lock.json", "lib/package-lock.json",
        "node_modules/z/i.js", "dist/node_modules/x/i.js", ".git/HEAD", "CHANGELOG.md"})
    write(path);
  EXPECT_EQ(packed("{}"),
            ".hidden CHANGELOG.md a.swp dist/node_modules/x/i.js index.js lib/a.js "
            "lib/package-lock.json package.json");
}

TEST_F(Pack, TakesWhatFilesNamesAndWhatIsAlwaysPacked) {
  for (const char* path : {"index.js", "lib/a.ts", "lib/deep/b.js", "dist/o.js", "src/x.js",
                           "src/inner/x.js", "README.md", "README.md~", "LICENSE.txt", "NOTICE",
                           "bin.js", "lib/.DS_Store", "dist/o.orig"})
    write(path);
  EXPECT_EQ(packed(R"({"files": ["lib", "*.js"], "main": "src/x.js", "bin": {"b": "bin.js"}})"),
            "LICENSE.txt README.md bin.js index.js lib/a.ts lib/deep/b.js package.json src/x.js");
  EXPECT_EQ(packed(R"({"files": ["lib", "!lib/deep"]})"),
            "LICENSE.txt README.md lib/a.ts package.json");
  EXPECT_EQ(packed(R"({"files": ["/lib/", "src/*"]})"),
            "LICENSE.txt README.md lib/a.ts lib/deep/b.js package.json src/inner/x.js src/x.js");
  EXPECT_EQ(packed(R"({"files": ["**/*.js", "!**/x.js"]})"),
            "LICENSE.txt README.md bin.js dist/o.js index.js lib/deep/b.js package.json");
  EXPECT_EQ(packed(R"({"files": ["dist/**"]})"), "LICENSE.txt README.md dist/o.js package.json");
  EXPECT_EQ(packed(R"({"files": []})"), "LICENSE.txt README.md package.json");
}

TEST_F(Pack, FollowsNpmignoreElseGitignoreOfEachFolder) {
  for (const char* path : {"a.js", "a.ts", "docs/d.md", "lib/a.js", "lib/a.ts", "lib/b/c.js"})
    write(path);
  write(".gitignore", "*.ts\n/docs\n");
  EXPECT_EQ(packed("{}"), "a.js lib/a.js lib/b/c.js package.json");
  write(".npmignore", "lib/b\n");
  EXPECT_EQ(packed("{}"), "a.js a.ts docs/d.md lib/a.js lib/a.ts package.json");
  write("lib/.npmignore", "*.js\n");
  EXPECT_EQ(packed(R"({"files": ["lib"]})"), "lib/a.ts package.json");
}

TEST_F(Pack, NeverFollowsLinks) {
  write("a.js");
  ASSERT_TRUE(os::make_symlink("/etc", folder_ + "/folder"));
  ASSERT_TRUE(os::make_symlink("a.js", folder_ + "/b.js"));
  EXPECT_EQ(packed(R"({"main": "b.js"})"), "a.js package.json");
}

TEST_F(Pack, EqualFilesMakeEqualArchives) {
  write("a.js", "one");
  const std::string json = "{}";
  packed(json);
  const auto files = files_to_pack(folder_, pack_facts(json));
  const auto first = archive_of(folder_, *files);
  write("a.js", "one");
  const auto second = archive_of(folder_, *files);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->text(), second->text());
  write("a.js", "two");
  EXPECT_NE(archive_of(folder_, *files)->text(), first->text());
}

}  // namespace
}  // namespace lpm::sources
