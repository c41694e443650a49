#include "ops/global/catalogue.h"

#include <gtest/gtest.h>

namespace lpm::ops::global {
namespace {

const std::string kFile = "installed.json";

Catalogue two_packages() {
  Catalogue catalogue;
  catalogue.serial = 7;
  catalogue.packages["@s/b"] = {"@s/b", "latest", "1.0.0", "@s+b-1", {"b"}, {}};
  catalogue.packages["a"] = {"a", "npm:c@^1", "1.2.3", "a-2", {"a", "c"}, {"d"}};
  return catalogue;
}

TEST(Catalogue, ReadsWhatItWrites) {
  const std::string text = write_catalogue(two_packages());
  const Result<Catalogue> read = parse_catalogue(text, kFile);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, two_packages());
  EXPECT_EQ(write_catalogue(*read), text);
}

TEST(Catalogue, RefusesWhatItCannotUse) {
  const std::string head = R"({"format":1,"serial":1,"packages":[)";
  const auto row = [](std::string_view name, std::string_view root, std::string_view command) {
    return R"({"name":")" + std::string(name) + R"(","spec":"","version":"1.0.0","root":")" +
           std::string(root) + R"(","commands":[")" + std::string(command) + R"("],"withheld":[]})";
  };
  ASSERT_TRUE(parse_catalogue(head + row("a", "a-1", "a") + "]}", kFile));
  for (const std::string& text :
       {std::string("[]"), std::string("{}"), std::string(R"({"format":1})"),
        std::string(R"({"format":"1","serial":1,"packages":[]})"), head + "1]}", head + "{}]}",
        head + row("a", "../a", "a") + "]}", head + row("a", "", "a") + "]}",
        head + row("a", ".hidden", "a") + "]}", head + row("../a", "a-1", "a") + "]}",
        head + row("", "a-1", "a") + "]}", head + row("a", "a-1", "../a") + "]}",
        head + row("a", "a-1", "") + "]}", head + row("a", "a-1", "x\\u0007") + "]}",
        head + row("a", "a-1", "a") + "," + row("a", "a-2", "a") + "]}"}) {
    const Result<Catalogue> read = parse_catalogue(text, kFile);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::GLOBAL_STATE) << text;
    EXPECT_EQ(read.error().where, kFile) << text;
  }
}

TEST(Catalogue, SaysWhenALaterLpmWroteIt) {
  const Result<Catalogue> read = parse_catalogue(R"({"format":2,"serial":1,"packages":[]})", kFile);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "global packages were changed by a newer lpm");
}

TEST(Catalogue, NamesThePlaceOfBrokenJson) {
  const Result<Catalogue> read = parse_catalogue("{\"format\":1,\n oops", kFile);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::BAD_JSON);
  EXPECT_TRUE(read.error().where.starts_with("installed.json:2:")) << read.error().where;
}

}  // namespace
}  // namespace lpm::ops::global
