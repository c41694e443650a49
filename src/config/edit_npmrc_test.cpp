#include <gtest/gtest.h>

#include <random>

#include "config/settings.h"
#include "formats/ini.h"

namespace lpm::config {
namespace {

std::string edit(std::string_view text, std::string_view key, std::string_view value) {
  const auto edited = edit_npmrc(text, key, value);
  EXPECT_TRUE(edited);
  return edited ? *edited : "";
}

TEST(EditNpmrc, ReplacesOneLineAndKeepsTheRest) {
  EXPECT_EQ(edit("; top\n a = 1 \nb=2 ; why\nc=3", "b", "x"), "; top\n a = 1 \nb=x\nc=3");
  EXPECT_EQ(edit("a = 1\r\nb=2\r\n", "a", "x"), "a=x\r\nb=2\r\n");
}

TEST(EditNpmrc, AddsAtTheEnd) {
  EXPECT_EQ(edit("", "a", "1"), "a=1\n");
  EXPECT_EQ(edit("b=2", "a", "1"), "b=2\na=1\n");
  EXPECT_EQ(edit("b=2\r\n", "//r.example/:_authToken", "t"),
            "b=2\r\n//r.example/:_authToken=t\r\n");
}

TEST(EditNpmrc, RemovesEveryLineOfTheKey) {
  EXPECT_EQ(edit("a=1\nb=2\na=3\na[]=4\n", "a", ""), "b=2\n");
  EXPECT_EQ(edit("b=2\n", "a", ""), "b=2\n");
}

TEST(EditNpmrc, LeavesOneOfSeveralLines) {
  EXPECT_EQ(edit("a=1\nb=2\na=3\n", "a", "x"), "a=x\nb=2\n");
}

TEST(EditNpmrc, KeepsAByteOrderMarkInFront) {
  EXPECT_EQ(edit("\xEF\xBB\xBF[s]\nb=1\n", "a", "x"),
            "\xEF\xBB\xBF"
            "a=x\n[s]\nb=1\n");
  EXPECT_EQ(edit("\xEF\xBB\xBF"
                 "a=1\nb=2\n",
                 "a", "x"),
            "\xEF\xBB\xBF"
            "a=x\nb=2\n");
  EXPECT_EQ(edit("\xEF\xBB\xBF"
                 "a=1\n",
                 "a", ""),
            "\xEF\xBB\xBF");
}

TEST(EditNpmrc, LeavesSectionsAlone) {
  EXPECT_EQ(edit("b=1\n[s]\na=2\n", "a", "x"), "b=1\na=x\n[s]\na=2\n");
  EXPECT_EQ(edit("a=1\n[s]\na=2\n", "a", ""), "[s]\na=2\n");
}

TEST(EditNpmrc, WritesValuesThatReadBackTheSame) {
  EXPECT_EQ(edit("", "message", "a ; b"), "message=\"a ; b\"\n");
  EXPECT_EQ(edit("", "a", " x "), "a=\" x \"\n");
  EXPECT_EQ(edit("", "a", "${TOKEN}"), "a=${TOKEN}\n");
  EXPECT_EQ(edit("", "ca", "one\ntwo"), "ca=\"one\\ntwo\"\n");
  EXPECT_EQ(edit("", "a", "\"x\""), "a=\"\\\"x\\\"\"\n");
}

TEST(EditNpmrc, WhatIsWrittenIsReadAndTheRestStays) {
  std::mt19937 random(20240501);
  const std::string_view pieces[] = {"a", "b[]", "=",  " ",   "\n", "\r\n", "\"",      "'",
                                     ";", "#",   "\\", "[s]", "k",  "1",    "\xc3\xa4"};
  const auto text_of = [&](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += pieces[random() % std::size(pieces)];
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    const std::string before = text_of(random() % 20);
    const std::string value = text_of(1 + random() % 6);
    const auto edited = edit_npmrc(before, "k", value);
    if (!edited) continue;
    std::vector<std::string> found, kept, expected;
    for (const auto& entry : formats::parse_ini(*edited))
      (entry.key == "k" ? found : kept).push_back(entry.value);
    for (const auto& entry : formats::parse_ini(before)) {
      if (entry.key != "k") expected.push_back(entry.value);
    }
    ASSERT_EQ(found, std::vector<std::string>{value}) << before;
    ASSERT_EQ(kept, expected) << before;
    EXPECT_EQ(edit(*edited, "k", value), *edited);
  }
}

TEST(EditNpmrc, RefusesWhatALineCannotHold) {
  EXPECT_FALSE(edit_npmrc("", "a\nb", "x"));
  EXPECT_FALSE(edit_npmrc("", "a=b", "x"));
  EXPECT_FALSE(edit_npmrc("", ";a", "x"));
  EXPECT_FALSE(edit_npmrc("", "", "x"));
}

}  // namespace
}  // namespace lpm::config
