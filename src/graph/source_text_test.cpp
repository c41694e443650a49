#include "graph/source_text.h"

#include <gtest/gtest.h>

namespace lpm::graph {
namespace {

std::string text_of_spec(std::string_view spec) {
  const auto parsed = manifest::parse_spec("any", spec);
  return parsed ? source_text(parsed->kind).value_or("none") : "bad";
}

TEST(SourceText, HasOneFormForAllWaysToWriteIt) {
  EXPECT_EQ(text_of_spec("user/repo#v1"), "git+https://github.com/user/repo.git#v1");
  EXPECT_EQ(text_of_spec("github:user/repo#v1"), "git+https://github.com/user/repo.git#v1");
  EXPECT_EQ(text_of_spec("git+ssh://git@host.example:group/a.git"),
            "git+ssh://git@host.example:group/a.git");
  EXPECT_EQ(text_of_spec("user/repo#semver:^1::path:packages/a"),
            "git+https://github.com/user/repo.git#semver:^1::path:packages/a");
  EXPECT_EQ(text_of_spec("./a"), "file:./a");
  EXPECT_EQ(text_of_spec("^1"), "none");
}

TEST(SourceText, ReadsBackAsItself) {
  for (const char* spec :
       {"user/repo", "user/repo#main", "user/repo#semver:^1.0.0", "user/repo#path:a",
        "git+ssh://git@host.example:group/a.git#main::path:a/b", "https://host.example/a.tgz",
        "file:../a", "link:a", "file:/a/b.tgz", "git://host.example/a.git#semver:>=1%3A"}) {
    const std::string once = text_of_spec(spec);
    EXPECT_EQ(text_of_spec(once), once) << spec;
  }
}

TEST(SourceText, RebasesPathsOnTheFolderOfWhoAsks) {
  EXPECT_EQ(rebased("file:../a", "."), "file:../a");
  EXPECT_EQ(rebased("file:./a/./b/", ""), "file:a/b");
  EXPECT_EQ(rebased("file:../a", "packages/b"), "file:packages/a");
  EXPECT_EQ(rebased("link:../../../a", "packages/b"), "link:../a");
  EXPECT_EQ(rebased("file:../x", "../lib"), "file:../x");
  EXPECT_EQ(rebased("file:..", "lib"), "file:.");
  EXPECT_EQ(rebased("file:/a/../b", "lib"), "file:/b");
  EXPECT_EQ(rebased("file:/../b", "lib"), "file:/b");
  EXPECT_EQ(rebased("file:../b", "/x/lib"), "file:/x/b");
  EXPECT_EQ(rebased("file:~/b", "lib"), "file:~/b");
}

TEST(SourceText, APatternsStarStandsForAnything) {
  const std::string text = "git+https://h.example/org/a.git#main";
  for (const char* pattern : {"*", "git+https://h.example/org/*", "git+https://*.git#*",
                              "git+https://h.example/org/a.git#main", "**main*"})
    EXPECT_TRUE(matches_a_pattern(text, {"x", pattern})) << pattern;
  for (const char* pattern : {"", "git+https://h.example/org/", "*/b.git#*", "https://*", "*mai"})
    EXPECT_FALSE(matches_a_pattern(text, {pattern})) << pattern;
  EXPECT_FALSE(matches_a_pattern(text, {}));
  EXPECT_EQ(pattern_for(text), "git+https://h.example/org/a.git*");
  EXPECT_EQ(pattern_for("https://h.example/a.tgz"), "https://h.example/a.tgz");
}

TEST(SourceText, TellsRepositoriesApartByAddressAndFolder) {
  const Source locked{SourceKind::Git, "git+https://h.example/a.git#c0::path:b"};
  EXPECT_TRUE(is_same_repository("git+https://h.example/a.git#main::path:b", locked));
  EXPECT_TRUE(is_same_repository("git+https://h.example/a.git#path:b", locked));
  EXPECT_FALSE(is_same_repository("git+https://h.example/a.git#main", locked));
  EXPECT_FALSE(is_same_repository("git+https://h.example/b.git#main::path:b", locked));
}

}  // namespace
}  // namespace lpm::graph
