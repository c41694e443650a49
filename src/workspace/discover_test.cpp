#include <gtest/gtest.h>

#include "os/temporary_folder_for_tests.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

class Discovery : public ::testing::Test {
 protected:
  void write(const std::string& path, std::string_view text) {
    const std::string file = root() + "/" + path;
    ASSERT_TRUE(os::make_directories(file.substr(0, file.rfind('/'))));
    ASSERT_TRUE(os::write_file(file, text));
  }
  void member(const std::string& path, const std::string& name) {
    write(path + "/package.json", "{\"name\": \"" + name + "\"}");
  }
  Result<Workspace> discover_with(const std::string& workspaces) {
    const std::string text = "{\n  \"workspaces\": " + workspaces + "\n}\n";
    write("package.json", text);
    const auto manifest =
        manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
    return manifest ? discover(root(), *manifest, text) : Result<Workspace>(manifest.error());
  }
  std::string paths_with(const std::string& workspaces) {
    const Result<Workspace> found = discover_with(workspaces);
    if (!found) return "error: " + found.error().what;
    std::string paths;
    for (const Member& one : found->members) paths += one.path + " ";
    return paths;
  }
  const std::string& root() const { return folder_.path(); }

 private:
  os::TemporaryFolder folder_;
};

TEST_F(Discovery, PassesOverALineBreakInAName) {
  member("packages/a\nb", "b");
  member("packages/c", "c");
  EXPECT_EQ(paths_with(R"(["packages/*"])"), "packages/c ");
}

TEST_F(Discovery, FindsFoldersWithAManifestInOrderOfTheirPaths) {
  member("packages/b", "b");
  member("packages/a", "a");
  write("packages/no-manifest/readme", "");
  write("packages/file", "");
  EXPECT_EQ(paths_with(R"(["packages/*"])"), "packages/a packages/b ");
  EXPECT_EQ(paths_with(R"({"packages": ["packages/*"]})"), "packages/a packages/b ");
}

TEST_F(Discovery, ExclusionsAndLaterInclusionsCountInOrder) {
  member("packages/a", "a");
  member("packages/a/test", "t");
  member("packages/b", "b");
  EXPECT_EQ(paths_with(R"(["packages/**", "!**/test"])"), "packages/a packages/b ");
  EXPECT_EQ(paths_with(R"(["packages/*", "!packages/*", "packages/b"])"), "packages/b ");
  EXPECT_EQ(paths_with(R"(["!packages/b"])"), "");
}

TEST_F(Discovery, TheSameFolderCountsOnce) {
  member("packages/a", "a");
  EXPECT_EQ(paths_with(R"(["packages/a", "packages/*", "**", "./packages/a/"])"), "packages/a ");
}

TEST_F(Discovery, TheRootItselfAndInstalledPackagesAreNoMembers) {
  member("node_modules/x", "x");
  member("a/node_modules/y", "y");
  member("a", "a");
  EXPECT_EQ(paths_with(R"(["**", "."])"), "a ");
}

TEST_F(Discovery, LinksAreNotFollowed) {
  const os::TemporaryFolder outside;
  ASSERT_TRUE(os::write_file(outside.path() + "/package.json", "{\"name\": \"outside\"}"));
  ASSERT_TRUE(os::make_directories(root() + "/packages"));
  ASSERT_TRUE(os::make_symlink(outside.path(), root() + "/packages/link"));
  ASSERT_TRUE(os::make_symlink(outside.path(), root() + "/whole"));
  ASSERT_TRUE(os::make_symlink("..", root() + "/packages/up"));
  const Result<Workspace> found =
      discover_with(R"(["packages/*", "whole", "packages/up/**", "whole/*"])");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_TRUE(found->members.empty());
  ASSERT_EQ(found->warnings.size(), 3U);
  EXPECT_EQ(found->warnings[0], "`packages/link` is a link and no member of the workspace");
}

TEST_F(Discovery, NotesWhatAnotherAnswerWouldDependOn) {
  member("packages/a", "a");
  write("packages/empty/readme", "");
  const Result<Workspace> found = discover_with(R"(["packages/*", "later"])");
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_EQ(found->searched, std::vector{root() + "/packages"});
  EXPECT_EQ(found->absent,
            (std::vector{root() + "/pnpm-workspace.yaml", root() + "/later/package.json",
                         root() + "/packages/empty/package.json"}));
}

TEST_F(Discovery, TwoMembersOfOneNameAreAnErrorWithBothPlaces) {
  member("a", "same");
  member("b", "same");
  const Result<Workspace> found = discover_with(R"(["*"])");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::BAD_WORKSPACE);
  EXPECT_EQ(found.error().where, "b/package.json:1:10");
  EXPECT_EQ(found.error().facts.at(0).text, "a/package.json:1:10");
}

TEST_F(Discovery, AnInvalidManifestIsNamedWithItsPath) {
  write("a/package.json", "{\n  oops\n}");
  const Result<Workspace> found = discover_with(R"(["*"])");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::BAD_JSON);
  EXPECT_TRUE(found.error().where.starts_with("a/package.json:2:")) << found.error().where;
}

TEST_F(Discovery, APatternThatLeavesTheRootIsNamedWithItsPlace) {
  const Result<Workspace> found = discover_with(R"(["a", "../b"])");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::BAD_WORKSPACE);
  EXPECT_EQ(found.error().where, "package.json:2:23");
}

TEST_F(Discovery, ThePlaceOfAMemberIsItsRoot) {
  member("packages/a", "a");
  member("packages/a/fixtures/app", "app");
  write("packages/a/src/deep/file", "");
  write("package.json", R"({"workspaces": ["packages/*"]})");
  EXPECT_EQ(find_place(root() + "/packages/a/src/deep").root, root());
  EXPECT_EQ(find_place(root() + "/packages/a/src/deep").package, root() + "/packages/a");
  EXPECT_EQ(find_place(root() + "/packages").package, root());
  // In between stands a package that nobody named.
  EXPECT_EQ(find_place(root() + "/packages/a/fixtures/app").root,
            root() + "/packages/a/fixtures/app");
}

TEST_F(Discovery, ARootThatIsNoJsonIsStillTheRoot) {
  member("packages/a", "a");
  write("package.json", R"({"workspaces": ["packages/*"])");
  EXPECT_EQ(find_place(root() + "/packages/a").root, root());
}

TEST_F(Discovery, WithoutAnyManifestThePlaceIsTheFolderItself) {
  EXPECT_EQ(find_place(root()).root, root());
}

TEST_F(Discovery, PnpmsFileCountsWherePackageJsonNamesNobody) {
  member("packages/a", "a");
  member("packages/b", "b");
  member("apps/c", "c");
  write("pnpm-workspace.yaml", "packages:\n  - '!packages/b'\n  - packages/*\n");
  EXPECT_EQ(paths_with("[]"), "packages/a ");
  EXPECT_EQ(paths_with(R"(["apps/*"])"), "apps/c ");
  write("package.json", "{}");
  EXPECT_EQ(find_place(root() + "/packages/a").root, root());
  EXPECT_EQ(find_place(root() + "/packages/b").root, root() + "/packages/b");
}

TEST_F(Discovery, PnpmsFileIsNamedWithItsLineWhenItIsWrong) {
  write("pnpm-workspace.yaml", "packages:\n  - a\n  - ../b\n");
  const Result<Workspace> found = discover_with("[]");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().where, "pnpm-workspace.yaml:3");
  write("pnpm-workspace.yaml", "catalog: {}\npackages: text\n");
  const Result<Workspace> other = discover_with("[]");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().where, "pnpm-workspace.yaml:2");
}

}  // namespace
}  // namespace lpm::workspace
