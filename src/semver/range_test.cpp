#include <gtest/gtest.h>

#include <chrono>

#include "semver/semver.h"

namespace lpm::semver {

namespace {

struct Case {
  std::string_view range;
  std::string_view inside;  // versions, separated by blanks
  std::string_view outside;
};

void expect_membership(const Case& c, std::string_view versions, bool expected) {
  const auto range = Range::parse(c.range);
  ASSERT_TRUE(range) << c.range;
  while (!versions.empty()) {
    const std::string_view text = versions.substr(0, versions.find(' '));
    versions.remove_prefix(std::min(versions.size(), text.size() + 1));
    EXPECT_EQ(range->contains(*Version::parse(text)), expected) << c.range << " " << text;
  }
}

TEST(Range, AdmitsWhatItsFormMeans) {
  const Case cases[] = {
      {"^1.2.3", "1.2.3 1.2.4 1.99.0", "1.2.2 2.0.0 2.0.0-0 1.3.0-beta 1.2.3-beta"},
      {"^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2 1.0.0"},
      {"^0.0.3", "0.0.3", "0.0.4 0.0.2"},
      {"^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-rc 1.2.3 1.9.0", "1.2.3-beta.1 1.2.4-beta.3"},
      {"~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"},
      {"~> 1", "1.0.0 1.9.9", "2.0.0"},
      {"1.x", "1.0.0 1.9.9", "0.9.9 2.0.0 1.0.0-a"},
      {"1.2.* || 3", "1.2.7 3.1.0", "1.3.0 2.0.0 4.0.0"},
      {"1.2.3 - 2.3", "1.2.3 2.3.9", "2.4.0 1.2.2"},
      {">1.2", "1.3.0", "1.2.9"},
      {"<=2", "2.9.9 0.0.0", "3.0.0"},
      {">= 1.0.0 < 2.0.0", "1.0.0 1.9.9", "2.0.0 0.9.9"},
      {"", "0.0.0 1.2.3", "1.2.3-a"},
      {">*", "", "0.0.0 1.0.0"},
      {"=v1.2.3", "1.2.3", "1.2.4"},
      {"* || 1.2.3-a", "1.2.3", "1.2.3-a"},
      {"1.2.3 nonsense", "1.2.3", "1.2.4"},
  };
  for (const Case& c : cases) {
    expect_membership(c, c.inside, true);
    expect_membership(c, c.outside, false);
  }
}

TEST(Range, RefusesWhatIsNoRange) {
  for (std::string_view text :
       {"latest", "1.2.3.4", "x.1", "1.x.2", "git+ssh://a", "^9007199254740991"}) {
    EXPECT_FALSE(Range::parse(text)) << text;
  }
  EXPECT_FALSE(Range::parse("1.2.3 nonsense", Mode::Strict));
  EXPECT_FALSE(Range::parse(">01.2.3", Mode::Strict));
}

TEST(Range, OpensItsBoundsWhenPrereleasesAreWanted) {
  const auto contains = [](std::string_view range, std::string_view version) {
    return Range::parse(range)->contains(*Version::parse(version), Prereleases::Any);
  };
  EXPECT_TRUE(contains("*", "1.0.0-a"));
  EXPECT_TRUE(contains("1.x", "1.0.0-a"));
  EXPECT_FALSE(contains("1.x", "2.0.0-a"));
  EXPECT_TRUE(contains(">=1", "1.0.0-a"));
  EXPECT_FALSE(contains(">=1.0.0", "1.0.0-a"));
  EXPECT_TRUE(contains("1.0.0 - 2.0.0", "1.0.0-a"));
  EXPECT_FALSE(contains("1.0.0 - 2.0.0", "2.0.1-a"));
  EXPECT_FALSE(contains(">=0.0.0", "0.0.0-a"));
}

TEST(Range, KnowsWhenItNamesOneVersion) {
  for (std::string_view text : {"1.2.3", "=1.2.3", " v1.2.3", "1.2.3+build"}) {
    const auto range = Range::parse(text);
    ASSERT_TRUE(range && range->exact()) << text;
    EXPECT_EQ(range->exact()->to_string(), "1.2.3");
  }
  for (std::string_view text : {"^1.2.3", "1.2", "*", "1.2.3 || 1.2.4"}) {
    EXPECT_EQ(Range::parse(text)->exact(), nullptr) << text;
  }
}

TEST(Range, KnowsItsMinimum) {
  const auto minimum = [](std::string_view text) {
    const auto version = Range::parse(text)->minimum();
    return version ? version->to_string() : "none";
  };
  EXPECT_EQ(minimum("*"), "0.0.0");
  EXPECT_EQ(minimum(">=18.12 || >=20"), "18.12.0");
  EXPECT_EQ(minimum(">1.2.3"), "1.2.4");
  EXPECT_EQ(minimum(">1.2.3-a"), "1.2.3-a.0");
  EXPECT_EQ(minimum("^2 || ^1.5.0"), "1.5.0");
  EXPECT_EQ(minimum(">2 <1"), "none");
}

TEST(Range, PicksTheHighestAndTheFirstOfEquals) {
  std::vector<Version> versions;
  for (std::string_view text : {"1.0.0", "1.4.0+a", "2.0.0", "1.4.0+b", "1.5.0-rc"}) {
    versions.push_back(*Version::parse(text));
  }
  EXPECT_EQ(max_satisfying(versions, *Range::parse("^1")), 1u);
  EXPECT_EQ(max_satisfying(versions, *Range::parse("^1"), Prereleases::Any), 4u);
  EXPECT_FALSE(max_satisfying(versions, *Range::parse("^3")));
}

TEST(Range, TakesTimeInProportionToHostileText) {
  const auto start = std::chrono::steady_clock::now();
  for (std::string_view unit : {" v", "= ", "~ ", "1 - ", "+a", "||", "^ ", "x.", "< "}) {
    std::string text;
    while (text.size() < 200'000) text += unit;
    Range::parse(text);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace

}  // namespace lpm::semver
