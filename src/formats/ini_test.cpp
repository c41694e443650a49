#include "formats/ini.h"

#include <gtest/gtest.h>

namespace lpm::formats {
namespace {

IniEntry only_entry(std::string_view text) {
  std::vector<IniEntry> entries = parse_ini(text);
  EXPECT_EQ(entries.size(), 1U) << text;
  return entries.empty() ? IniEntry() : entries[0];
}

std::string value_of(std::string_view line) {
  return only_entry(line).value;
}

TEST(Ini, ReadsKeysAndValues) {
  const IniEntry entry = only_entry("  registry =  http://registry.example/?a=b  ");
  EXPECT_EQ(entry.key, "registry");
  EXPECT_EQ(entry.value, "http://registry.example/?a=b");
  EXPECT_TRUE(entry.has_value);
  EXPECT_FALSE(entry.is_list_item);
}

TEST(Ini, TakesAKeyAloneAsTrue) {
  const IniEntry entry = only_entry("offline ; comment");
  EXPECT_EQ(entry.key, "offline");
  EXPECT_EQ(entry.value, "true");
  EXPECT_FALSE(entry.has_value);
  EXPECT_TRUE(only_entry("offline=").has_value);
  EXPECT_EQ(value_of("offline="), "");
}

TEST(Ini, ReadsListItems) {
  const IniEntry entry = only_entry("omit[] = dev");
  EXPECT_EQ(entry.key, "omit");
  EXPECT_TRUE(entry.is_list_item);
  EXPECT_EQ(only_entry("[] = x").key, "[]");
}

TEST(Ini, SkipsCommentsAndEmptyLines) {
  const std::vector<IniEntry> entries = parse_ini("; a\n\n  # b\r\n\t\r\nx = 1\r\n= 2\n");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].line, 5U);
  EXPECT_EQ(entries[0].value, "1");
}

TEST(Ini, EndsAValueAtAComment) {
  EXPECT_EQ(value_of("a = b ; c"), "b");
  EXPECT_EQ(value_of("a = b#c"), "b");
  EXPECT_EQ(value_of(R"(a = b\;c\#d\\e\f)"), R"(b;c#d\e\f)");
  EXPECT_EQ(value_of("a = b\\"), "b\\");
}

TEST(Ini, ReadsQuotedValues) {
  EXPECT_EQ(value_of(R"(a = " b ; c ")"), " b ; c ");
  EXPECT_EQ(value_of(R"(a = "\u0041\n")"), "A\n");
  EXPECT_EQ(value_of("a = ' b # c '"), " b # c ");
  EXPECT_EQ(value_of(R"(a = '"b"')"), "b");
  EXPECT_EQ(value_of("a = '12'"), "12");
  EXPECT_EQ(value_of(R"(a = "C:\x")"), R"("C:\x")");  // no JSON: the quotes stay
  EXPECT_EQ(value_of("a = \""), "\"");
  EXPECT_EQ(value_of(R"(a = "b" ; c)"), R"("b")");
  EXPECT_EQ(only_entry(R"("a b" = c)").key, "a b");
}

TEST(Ini, KeepsVariablesAndCredentialsAsTheyAre) {
  const IniEntry entry = only_entry("//registry.example/npm/:_authToken=${TOKEN}");
  EXPECT_EQ(entry.key, "//registry.example/npm/:_authToken");
  EXPECT_EQ(entry.value, "${TOKEN}");
  EXPECT_EQ(value_of("_auth = dXNlcjpwYXNz=="), "dXNlcjpwYXNz==");
}

TEST(Ini, ReadsNothingBelowASection) {
  const std::vector<IniEntry> entries = parse_ini("a=1\n[section]\nb=2\n");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].key, "a");
  EXPECT_TRUE(parse_ini("[section] \nb=2").empty());
  EXPECT_EQ(parse_ini(" [s]\nb=2").size(), 2U);  // no section: the line begins with a space
  EXPECT_EQ(parse_ini("[s] ; c\nb=2").size(), 2U);
}

TEST(Ini, EndsLinesAtALoneCarriageReturn) {
  const std::vector<IniEntry> entries = parse_ini("a=1\rb=2");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].line, 1U);
}

TEST(Ini, SkipsAByteOrderMark) {
  EXPECT_EQ(only_entry("\xEF\xBB\xBFkey=1").key, "key");
}

TEST(Ini, KeepsTheOrderOfRepeatedKeys) {
  const std::vector<IniEntry> entries = parse_ini("a=1\nb=2\na=3");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[2].value, "3");
}

}  // namespace
}  // namespace lpm::formats
