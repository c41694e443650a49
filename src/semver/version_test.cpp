#include <gtest/gtest.h>

#include "semver/semver.h"

namespace lpm::semver {

namespace {

std::string parsed(std::string_view text, Mode mode = Mode::Loose) {
  const auto version = Version::parse(text, mode);
  return version ? version->to_string() : "none";
}

TEST(Version, KeepsPartsApart) {
  const auto version = Version::parse("1.22.333-beta.4+build.05");
  ASSERT_TRUE(version);
  EXPECT_EQ(version->major, 1u);
  EXPECT_EQ(version->minor, 22u);
  EXPECT_EQ(version->patch, 333u);
  EXPECT_EQ(version->prerelease, "beta.4");
  EXPECT_EQ(version->build, "build.05");
  EXPECT_EQ(version->to_string(), "1.22.333-beta.4");
}

TEST(Version, StrictModeRefusesWhatLooseModeMends) {
  for (std::string_view text :
       {"=1.2.3", "1.2.3beta", "01.2.3", "1.2.3-01", "v v1.2.3", "1.2.3-"}) {
    EXPECT_EQ(parsed(text, Mode::Strict), "none") << text;
    EXPECT_NE(parsed(text, Mode::Loose), "none") << text;
  }
  EXPECT_EQ(parsed("1.2.3beta"), "1.2.3-beta");
  EXPECT_EQ(parsed("1.2.3-rc.01"), "1.2.3-rc.1");
  EXPECT_EQ(parsed(" v1.2.3 ", Mode::Strict), "1.2.3");
}

TEST(Version, ReadsFourNumbersAsNpmDoes) {
  EXPECT_EQ(parsed("1.2.3.4"), "none");
  EXPECT_EQ(parsed("1.2.34.5"), "1.2.3-4.5");
  EXPECT_EQ(parsed("1.2.34.5", Mode::Strict), "none");
}

TEST(Version, HasLimitsOnNumbersAndLength) {
  EXPECT_EQ(parsed("9007199254740991.0.0"), "9007199254740991.0.0");
  EXPECT_EQ(parsed("9007199254740992.0.0"), "none");
  EXPECT_EQ(parsed("18446744073709551616.0.0"), "none");
  EXPECT_NE(parsed("1.2.3-" + std::string(250, 'a')), "none");
  EXPECT_EQ(parsed("1.2.3-" + std::string(251, 'a')), "none");
}

TEST(Version, OrdersByPrecedence) {
  const char* const ascending[] = {
      "0.0.0-0",      "0.0.0",         "1.0.0-1",       "1.0.0-2",
      "1.0.0-11",     "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
      "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0",
      "1.0.1",        "1.1.0",         "2.0.0"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(*Version::parse(ascending[i]) <=> *Version::parse(ascending[j]), i <=> j)
          << ascending[i] << " " << ascending[j];
    }
  }
}

TEST(Version, BuildCountsInCompareBuildOnly) {
  const auto plain = *Version::parse("1.0.0");
  const auto first = *Version::parse("1.0.0+1");
  const auto second = *Version::parse("1.0.0+2");
  EXPECT_EQ(first, second);
  EXPECT_TRUE(compare_build(first, second) < 0);
  EXPECT_TRUE(compare_build(plain, first) < 0);
}

}  // namespace

}  // namespace lpm::semver
