#include "sources/git_refs.h"

#include <gtest/gtest.h>

namespace lpm::sources {
namespace {

const std::string kA(40, 'a'), kB(40, 'b'), kC(40, 'c'), kD(40, 'd');

std::string listing() {
  return kA + "\tHEAD\n" + kA + "\trefs/heads/main\n" + kB + "\trefs/heads/v1\n" + kC +
         "\trefs/tags/v1\n" + kD + "\trefs/tags/v1^{}\n" + kB + "\trefs/tags/v1.2.0\n" + kA +
         "\trefs/tags/v1.10.0\n" + kC + "\trefs/tags/v2.0.0-beta\n" + kC + "\trefs/tags/odd\n";
}

std::string commit(manifest::GitSpec spec) {
  return commit_of(listing(), spec).value_or("none");
}

TEST(GitRefs, WithoutANameItIsHead) {
  EXPECT_EQ(commit({}), kA);
}

TEST(GitRefs, TagsGoBeforeBranchesAndMeanWhatTheyPointTo) {
  EXPECT_EQ(commit({.url = "", .committish = "v1", .path = "", .range = ""}), kD);
  EXPECT_EQ(commit({.url = "", .committish = "main", .path = "", .range = ""}), kA);
  EXPECT_EQ(commit({.url = "", .committish = "refs/heads/v1", .path = "", .range = ""}), kB);
  EXPECT_EQ(commit({.url = "", .committish = "gone", .path = "", .range = ""}), "none");
}

TEST(GitRefs, RangeTakesTheHighestTagInIt) {
  EXPECT_EQ(commit({.url = "", .committish = "", .path = "", .range = "^1.0.0"}), kA);
  EXPECT_EQ(commit({.url = "", .committish = "", .path = "", .range = "~1.2.0"}), kB);
  EXPECT_EQ(commit({.url = "", .committish = "", .path = "", .range = "^9"}), "none");
  EXPECT_EQ(commit({.url = "", .committish = "", .path = "", .range = "no range"}), "none");
}

TEST(GitRefs, LinesThatAreNoneAreNotRead) {
  EXPECT_FALSE(commit_of("fatal: nothing\nabc\tHEAD\n\tHEAD\n", {}));
}

TEST(GitRefs, CommitsAreTheirFullHash) {
  EXPECT_TRUE(is_commit(kA));
  EXPECT_FALSE(is_commit(kA.substr(1)));
  EXPECT_FALSE(is_commit(std::string(40, 'g')));
  EXPECT_TRUE(may_be_short_commit("abcdef0"));
  EXPECT_FALSE(may_be_short_commit("abcdef"));
  EXPECT_FALSE(may_be_short_commit("release"));
}

}  // namespace
}  // namespace lpm::sources
