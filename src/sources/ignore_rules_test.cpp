#include "sources/ignore_rules.h"

#include <gtest/gtest.h>

namespace lpm::sources {
namespace {

TEST(Glob, StarsStayWithinANameAndDoubleStarsDoNot) {
  EXPECT_TRUE(glob_matches("*.js", "a.js"));
  EXPECT_FALSE(glob_matches("*.js", "lib/a.js"));
  EXPECT_TRUE(glob_matches("lib/*.js", "lib/.a.js"));
  EXPECT_TRUE(glob_matches("**/*.js", "a.js"));
  EXPECT_TRUE(glob_matches("**/*.js", "lib/deep/a.js"));
  EXPECT_TRUE(glob_matches("lib/**", "lib/a/b"));
  EXPECT_FALSE(glob_matches("lib/**", "lib"));
  EXPECT_FALSE(glob_matches("lib/**", "library/a"));
  EXPECT_TRUE(glob_matches("a/**/b", "a/b"));
  EXPECT_TRUE(glob_matches("a/**/b", "a/x/y/b"));
}

TEST(Glob, ClassesAlternativesAndCaseAreAsInNpm) {
  EXPECT_TRUE(glob_matches("readme{,.*[!~$]}", "README"));
  EXPECT_TRUE(glob_matches("readme{,.*[!~$]}", "Readme.md"));
  EXPECT_FALSE(glob_matches("readme{,.*[!~$]}", "README.md~"));
  EXPECT_FALSE(glob_matches("readme{,.*[!~$]}", "readmes"));
  EXPECT_TRUE(glob_matches("[a-c]?", "b1"));
  EXPECT_FALSE(glob_matches("[!a-c]?", "b1"));
  EXPECT_TRUE(glob_matches("a[", "a["));
  EXPECT_TRUE(glob_matches("\\*", "*"));
  EXPECT_FALSE(glob_matches("\\*", "a"));
}

TEST(Glob, HostilePatternsEnd) {
  const std::string pattern = "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
  EXPECT_FALSE(glob_matches(pattern, std::string(400, 'a')));
  std::string braces;
  for (int i = 0; i < 40; ++i) braces += "{a,b}";
  EXPECT_FALSE(glob_matches(braces, "x"));
}

TEST(IgnoreRules, LastRuleThatMatchesDecides) {
  IgnoreRules rules;
  rules.add_lines("# a comment\n\n*.log\n!keep.log\r\n", "");
  EXPECT_EQ(rules.judge("a.log", false), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("deep/a.log", false), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("keep.log", false), IgnoreRules::Verdict::Wanted);
  EXPECT_EQ(rules.judge("a.js", false), IgnoreRules::Verdict::Silent);
}

TEST(IgnoreRules, SlashesAnchorAndASlashAtTheEndMeansFolders) {
  IgnoreRules rules;
  rules.add_lines("/top\ndocs/api\nbuild/\n", "");
  EXPECT_EQ(rules.judge("top", false), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("a/top", false), IgnoreRules::Verdict::Silent);
  EXPECT_EQ(rules.judge("docs/api", true), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("a/docs/api", true), IgnoreRules::Verdict::Silent);
  EXPECT_EQ(rules.judge("a/build", true), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("a/build", false), IgnoreRules::Verdict::Silent);
}

TEST(IgnoreRules, RulesOfAFolderHoldBelowItOnly) {
  IgnoreRules rules;
  rules.add_lines("*.js\n/a\n", "lib");
  EXPECT_EQ(rules.judge("lib/x.js", false), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("x.js", false), IgnoreRules::Verdict::Silent);
  EXPECT_EQ(rules.judge("library/x.js", false), IgnoreRules::Verdict::Silent);
  EXPECT_EQ(rules.judge("lib/a", false), IgnoreRules::Verdict::Ignored);
  EXPECT_EQ(rules.judge("lib/b/a", false), IgnoreRules::Verdict::Silent);
}

}  // namespace
}  // namespace lpm::sources
