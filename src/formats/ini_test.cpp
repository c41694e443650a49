#include "formats/ini.h"

#include <gtest/gtest.h>

namespace lpm::formats {
namespace {

std::string value_of(std::string_view line) {
  const auto entries = parse_ini(line);
  return entries.size() == 1 ? entries[0].value
                             : "<" + std::to_string(entries.size()) + " entries>";
}

TEST(Ini, ReadsKeysValuesAndLines) {
  const auto entries = parse_ini(
      "\xEF\xBB\xBF; c\r\n a = 1 \r\n\r\n# d\nb[]=x\nflag\n//r.example/:_authToken=t=u\n");
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[0].key, "a");
  EXPECT_EQ(entries[0].value, "1");
  EXPECT_EQ(entries[0].line, 2U);
  EXPECT_TRUE(entries[1].is_list_item);
  EXPECT_EQ(entries[1].key, "b");
  EXPECT_FALSE(entries[2].has_value);
  EXPECT_EQ(entries[3].key, "//r.example/:_authToken");
  EXPECT_EQ(entries[3].value, "t=u");
}

TEST(Ini, ReadsQuotedTextAsJson) {
  EXPECT_EQ(value_of(R"(ca="one\ntwo")"), "one\ntwo");
  EXPECT_EQ(value_of(R"(a="x ; y")"), "x ; y");
  EXPECT_EQ(value_of(R"(a='x "y"')"), "x \"y\"");
  EXPECT_EQ(value_of(R"(a="x\q")"), R"("x\q")");
  EXPECT_EQ(value_of(R"(a=")"), "\"");
}

TEST(Ini, EndsAtCommentsUnlessEscaped) {
  EXPECT_EQ(value_of("a=x ; y"), "x");
  EXPECT_EQ(value_of("a=x#y"), "x");
  EXPECT_EQ(value_of(R"(a=x\;y\#z\\w\q)"), R"(x;y#z\w\q)");
  EXPECT_EQ(value_of("a="), "");
}

TEST(Ini, EndsAtTheFirstSection) {
  EXPECT_EQ(parse_ini("a=1\n[s]\nb=2\n").size(), 1U);
  EXPECT_EQ(parse_ini("[x\n").size(), 1U);
}

}  // namespace
}  // namespace lpm::formats
