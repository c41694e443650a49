#include "workspace/pattern.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lpm::workspace {
namespace {

bool any_matches(std::string_view text, std::string_view path) {
  const auto patterns = parse_pattern(text);
  if (!patterns) return false;
  for (const Pattern& pattern : *patterns)
    if (matches(pattern, split(path, '/'))) return true;
  return false;
}

TEST(Pattern, AStarIsOneNameAndPartsOfOne) {
  EXPECT_TRUE(any_matches("packages/*", "packages/web"));
  EXPECT_TRUE(any_matches("packages/w*b", "packages/web"));
  EXPECT_TRUE(any_matches("packages/w?b", "packages/web"));
  EXPECT_FALSE(any_matches("packages/*", "packages/web/src"));
  EXPECT_FALSE(any_matches("packages/*", "packages"));
  EXPECT_FALSE(any_matches("packages/w?b", "packages/wb"));
}

TEST(Pattern, TwoStarsAreAnyDepthAndNone) {
  EXPECT_TRUE(any_matches("packages/**", "packages/a/b/c"));
  EXPECT_TRUE(any_matches("packages/**", "packages"));
  EXPECT_TRUE(any_matches("**/test", "test"));
  EXPECT_TRUE(any_matches("**/test", "a/b/test"));
  EXPECT_FALSE(any_matches("**/test", "a/test/b"));
  EXPECT_TRUE(any_matches("a/**/**/b", "a/b"));
}

TEST(Pattern, DotsAndSlashesAtTheEndsDoNotCount) {
  EXPECT_TRUE(any_matches("./packages/*/", "packages/a"));
  EXPECT_TRUE(any_matches("/apps/web", "apps/web"));
}

TEST(Pattern, HiddenNamesMustBeNamedAndNodeModulesNeverMatches) {
  EXPECT_FALSE(any_matches("*", ".git"));
  EXPECT_TRUE(any_matches(".tools/*", ".tools/a"));
  EXPECT_FALSE(any_matches("**", "a/.cache/b"));
  EXPECT_FALSE(any_matches("**", "a/node_modules/b"));
  EXPECT_FALSE(any_matches("node_modules/*", "node_modules/a"));
}

TEST(Pattern, BracesAreAlternatives) {
  EXPECT_TRUE(any_matches("{apps,packages}/*", "apps/a"));
  EXPECT_TRUE(any_matches("{apps,packages}/*", "packages/a"));
  EXPECT_FALSE(any_matches("{apps,packages}/*", "tools/a"));
  EXPECT_TRUE(any_matches("{a,b/{c,d}}", "b/d"));
  EXPECT_TRUE(any_matches("{a}", "{a}"));
  EXPECT_TRUE(any_matches("a{b", "a{b"));
}

TEST(Pattern, ClassesHoldCharactersRangesAndTheirOpposite) {
  EXPECT_TRUE(any_matches("p[a-c]", "pb"));
  EXPECT_FALSE(any_matches("p[a-c]", "pd"));
  EXPECT_TRUE(any_matches("p[!a-c]", "pd"));
  EXPECT_TRUE(any_matches("p[]]", "p]"));
  EXPECT_TRUE(any_matches("p[", "p["));
}

TEST(Pattern, ALeadingExclamationMarkExcludesAndTwoDoNot) {
  EXPECT_TRUE(parse_pattern("!a")->front().excludes);
  EXPECT_FALSE(parse_pattern("!!a")->front().excludes);
}

TEST(Pattern, WhatLeavesTheFolderIsRefused) {
  EXPECT_FALSE(parse_pattern("../a"));
  EXPECT_FALSE(parse_pattern("a/../../b"));
  EXPECT_FALSE(parse_pattern("{a,..}/b"));
  EXPECT_FALSE(parse_pattern(std::string_view("a\0b", 3)));
}

TEST(Pattern, ExponentialBracesAreRefused) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "{a,b}";
  EXPECT_FALSE(parse_pattern(text));
}

}  // namespace
}  // namespace lpm::workspace
