#include "base/text.h"

#include <gtest/gtest.h>

namespace lpm {
namespace {

TEST(Text, SuggestsTheNearestNameOnlyWhenItIsNear) {
  const std::vector<std::string> names = {"install", "uninstall", "init"};
  EXPECT_EQ(nearest_name("instal", names), "install");
  EXPECT_EQ(nearest_name("isntall", names), "install");
  EXPECT_EQ(nearest_name("publish", names), std::nullopt);
}

TEST(Text, ShowsBytesInDecimalUnits) {
  EXPECT_EQ(human_bytes(512), "512 B");
  EXPECT_EQ(human_bytes(83'100'000), "83.1 MB");
}

TEST(Text, RefusesNumbersWithSignsOrRests) {
  EXPECT_EQ(parse_decimal("42"), 42U);
  EXPECT_EQ(parse_decimal("+42"), std::nullopt);
  EXPECT_EQ(parse_decimal("42a"), std::nullopt);
  EXPECT_EQ(parse_decimal(""), std::nullopt);
}

}  // namespace
}  // namespace lpm
