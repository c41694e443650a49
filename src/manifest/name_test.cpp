#include "manifest/name.h"

#include <gtest/gtest.h>

namespace lpm::manifest {

namespace {

TEST(PackageName, AdmitsNamesOfOldPackages) {
  for (std::string_view name : {"a", "JSONStream", "@types/node", "left-pad", "a.b_c", "http", "~",
                                "@a/_b", "@scope/node_modules"}) {
    const auto parsed = PackageName::parse(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_EQ(parsed->str(), name);
  }
}

TEST(PackageName, RefusesWhatIsNoSafePath) {
  const std::string_view names[] = {"",
                                    ".",
                                    "..",
                                    "../a",
                                    "a/..",
                                    "a/b",
                                    "@a/..",
                                    "@../a",
                                    "@a",
                                    "@a/",
                                    "@/a",
                                    "@a/b/c",
                                    "/a",
                                    "a\\b",
                                    "..\\a",
                                    "C:\\a",
                                    "a b",
                                    "\xC3\xA9",
                                    ".bin",
                                    "@a/.bin",
                                    "node_modules",
                                    "Node_Modules",
                                    std::string_view("a\0b", 3),
                                    "a%2fb",
                                    "~/a",
                                    "-rf",
                                    "_a",
                                    "a\n"};
  for (std::string_view name : names) {
    const auto parsed = PackageName::parse(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().code, ErrorCode::BAD_NAME);
    EXPECT_FALSE(parsed.error().facts.empty()) << name;
  }
}

TEST(PackageName, KnowsItsScope) {
  const auto scoped = *PackageName::parse("@types/node");
  EXPECT_EQ(scoped.scope(), "@types");
  EXPECT_EQ(scoped.base(), "node");
  const auto plain = *PackageName::parse("node");
  EXPECT_EQ(plain.scope(), "");
  EXPECT_EQ(plain.base(), "node");
}

TEST(NameVerdict, TellsNewFromOld) {
  const auto verdict = judge_name("Http");
  EXPECT_TRUE(verdict.valid_for_old);
  EXPECT_FALSE(verdict.valid_for_new);
  EXPECT_EQ(verdict.problems.size(), 2u);
  EXPECT_TRUE(judge_name("http-2").valid_for_new);
  EXPECT_FALSE(judge_name(std::string(215, 'a')).valid_for_new);
  EXPECT_TRUE(judge_name(std::string(215, 'a')).valid_for_old);
}

}  // namespace

}  // namespace lpm::manifest
