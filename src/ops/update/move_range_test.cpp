#include "ops/update/move_range.h"

#include <gtest/gtest.h>

namespace lpm::ops::update {
namespace {

manifest::DependencySpec spec(std::string_view text) {
  auto parsed = manifest::parse_spec("a", text);
  EXPECT_TRUE(parsed) << text;
  return *std::move(parsed);
}
std::string moved(std::string_view text, std::string_view version) {
  return moved_spec(spec(text), version, "^");
}
std::string raised(std::string_view text, std::string_view version) {
  return raised_spec(spec(text), version);
}

TEST(MovedSpec, KeepsTheOperator) {
  EXPECT_EQ(moved("^1.0.0", "2.1.3"), "^2.1.3");
  EXPECT_EQ(moved("~1.0.0", "2.1.3"), "~2.1.3");
  EXPECT_EQ(moved(">=1.0.0", "2.1.3"), ">=2.1.3");
  EXPECT_EQ(moved("1.0.0", "2.1.3"), "2.1.3");
  EXPECT_EQ(moved("=1.0.0", "2.1.3"), "=2.1.3");
  EXPECT_EQ(moved("^1.0.0-beta.2", "1.0.0"), "^1.0.0");
  EXPECT_EQ(moved("^2.0.0", "1.9.0"), "^1.9.0");
}

TEST(MovedSpec, KeepsThePrecisionWhereTheUpperEndDependsOnIt) {
  EXPECT_EQ(moved("1.x", "2.1.3"), "2.x");
  EXPECT_EQ(moved("1", "2.1.3"), "2");
  EXPECT_EQ(moved("1.2.x", "2.1.3"), "2.1.x");
  EXPECT_EQ(moved("~1", "2.1.3"), "~2");
  EXPECT_EQ(moved("~1.2", "2.1.3"), "~2.1.3");
  EXPECT_EQ(moved("^1", "2.1.3"), "^2.1.3");
  EXPECT_EQ(moved("^0", "0.4.1"), "^0");
  EXPECT_EQ(moved("^0", "2.1.3"), "^2");
}

TEST(MovedSpec, KeepsAliasesTagsAndWhatAdmitsAnything) {
  EXPECT_EQ(moved("npm:b@^1.0.0", "2.0.0"), "npm:b@^2.0.0");
  EXPECT_EQ(moved("npm:@s/b@~1.0.0", "2.0.0"), "npm:@s/b@~2.0.0");
  EXPECT_EQ(moved("npm:@s/b", "2.0.0"), "npm:@s/b");
  EXPECT_EQ(moved("npm:b@next", "2.0.0"), "npm:b@next");
  EXPECT_EQ(moved("next", "2.0.0"), "next");
  EXPECT_EQ(moved("*", "2.0.0"), "*");
  EXPECT_EQ(moved("", "2.0.0"), "");
  EXPECT_EQ(moved("x", "2.0.0"), "x");
}

TEST(MovedSpec, LeavesARangeOfSeveralPartsThatAdmitsTheVersion) {
  EXPECT_EQ(moved(">=1 <3", "2.0.0"), ">=1 <3");
  EXPECT_EQ(moved("^1 || ^2", "2.0.0"), "^1 || ^2");
  EXPECT_EQ(moved("1.0.0 - 1.9.0", "2.0.0"), "^2.0.0");
  EXPECT_EQ(moved("<2", "2.0.0"), "^2.0.0");
  EXPECT_EQ(moved(" ^1 || ^2", "2.0.0"), " ^1 || ^2");
}

TEST(MovedSpec, FallsBackToThePrefixForAPrereleaseThatNoFormAdmits) {
  EXPECT_EQ(moved("1.x", "2.0.0-rc.1"), "^2.0.0-rc.1");
  EXPECT_EQ(moved("^1.0.0", "2.0.0-rc.1"), "^2.0.0-rc.1");
}

TEST(RaisedSpec, BeginsAtTheVersionWithTheSameUpperEnd) {
  EXPECT_EQ(raised("^1.0.0", "1.3.0"), "^1.3.0");
  EXPECT_EQ(raised("~1.2.0", "1.2.4"), "~1.2.4");
  EXPECT_EQ(raised("~1.2", "1.2.4"), "~1.2.4");
  EXPECT_EQ(raised("^1", "1.3.0"), "^1.3.0");
  EXPECT_EQ(raised("^0.2", "0.2.4"), "^0.2.4");
  EXPECT_EQ(raised(">= 1", "4.0.0"), ">= 4.0.0");
  EXPECT_EQ(raised("npm:b@^1.0.0", "1.2.0"), "npm:b@^1.2.0");
}

TEST(RaisedSpec, LeavesWhatWouldGetAnotherUpperEnd) {
  for (const char* text : {"^0", "^0.0", "~1", "~0", "1.x", "1", "0.0.0", "*", ">=0 <3", "next"})
    EXPECT_EQ(raised(text, "0.0.0"), text);
  EXPECT_EQ(raised("^0", "0.3.1"), "^0");
  EXPECT_EQ(raised("^0.0", "0.0.3"), "^0.0");
  EXPECT_EQ(raised("~1", "1.2.0"), "~1");
  EXPECT_EQ(raised("1.2.3", "1.2.3"), "1.2.3");
}

}  // namespace
}  // namespace lpm::ops::update
