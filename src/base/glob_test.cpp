#include "base/glob.h"

#include <gtest/gtest.h>

namespace lpm {
namespace {

TEST(Glob, StarsQuestionMarksAndClasses) {
  EXPECT_TRUE(matches_glob("a*c", "abbc"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_FALSE(matches_glob("a?", "a"));
  EXPECT_TRUE(matches_glob("[a-c]x", "bx"));
  EXPECT_FALSE(matches_glob("[!a-c]x", "bx"));
  EXPECT_TRUE(matches_glob("[]]", "]"));
  EXPECT_TRUE(matches_glob("a[", "a["));
}

TEST(Glob, StylesChangeWhatLettersMean) {
  EXPECT_TRUE(matches_glob("https://host.example/a?b[c]*", "https://host.example/a?b[c]/d",
                           {.only_stars = true}));
  EXPECT_FALSE(matches_glob("a?", "ab", {.only_stars = true}));
  EXPECT_TRUE(matches_glob("READ[m-n]E", "readme", {.ignores_case = true}));
  EXPECT_FALSE(matches_glob("README", "readme"));
  EXPECT_TRUE(matches_glob("\\*a", "*a", {.has_escapes = true}));
  EXPECT_FALSE(matches_glob("\\*a", "ba", {.has_escapes = true}));
}

TEST(Glob, TwoStarsAreAnyNumberOfPartsOfAPath) {
  const auto matches = [](std::vector<std::string_view> path) {
    return matches_path({"a", "**", "b"}, path, [](std::string_view glob, std::string_view part) {
      return matches_glob(glob, part);
    });
  };
  EXPECT_TRUE(matches({"a", "b"}));
  EXPECT_TRUE(matches({"a", "x", "y", "b"}));
  EXPECT_FALSE(matches({"a", "x"}));
  EXPECT_FALSE(matches({"x", "b"}));
}

TEST(Glob, BracesAreAlternatives) {
  std::vector<std::string> all;
  EXPECT_TRUE(expand_braces("a{b,c{d,e}}{f}", 8, all));
  EXPECT_EQ(all, (std::vector<std::string>{"ab{f}", "acd{f}", "ace{f}"}));
  all.clear();
  EXPECT_FALSE(expand_braces("{a,b}{a,b}{a,b}{a,b}", 8, all));
}

TEST(Glob, ManyStarsTakeNoExponentialTime) {
  std::string glob;
  for (int i = 0; i < 100; ++i) glob += "*a";
  EXPECT_FALSE(matches_glob(glob + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace lpm
