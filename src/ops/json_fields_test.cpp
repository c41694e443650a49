#include "ops/json_fields.h"

#include <gtest/gtest.h>

namespace lpm::ops {
namespace {

using formats::json::Value;

Value parsed(std::string_view text) {
  auto value = formats::json::parse(text, "test");
  EXPECT_TRUE(value);
  return value ? *value : Value();
}

std::string compact(const Value& value) {
  formats::json::Writer writer(0);
  write_value(writer, value);
  return writer.take();
}

std::string found(std::string_view document, std::string_view field) {
  const Value root = parsed(document);
  const auto path = parse_field(field);
  if (!path) return "no field";
  std::string text;
  for (const auto& [place, value] : find_fields(root, *path))
    text += place + "=" + compact(*value) + ";";
  return text;
}

std::string after_set(std::string_view document, std::string_view field, std::string_view value) {
  Value root = parsed(document);
  const auto path = parse_field(field);
  if (!path || !set_field(root, *path, parsed(value))) return "refused";
  return compact(root);
}

std::string after_remove(std::string_view document, std::string_view field) {
  Value root = parsed(document);
  const bool was_there = remove_field(root, *parse_field(field));
  return (was_there ? "" : "nothing: ") + compact(root);
}

TEST(JsonFields, FindsMembersItemsAndTheSameOfAllItems) {
  EXPECT_EQ(found(R"({"scripts": {"test": "t"}})", "scripts.test"), R"(scripts.test="t";)");
  EXPECT_EQ(found(R"({"a": [{"b": 1}, {"b": 2}]})", "a[1].b"), "a[1].b=2;");
  EXPECT_EQ(found(R"({"a": [{"b": 1}, {"b": 2}]})", "a.b"), "a[0].b=1;a[1].b=2;");
  EXPECT_EQ(found(R"({"a": [1, 2]})", "a[]"), "a[0]=1;a[1]=2;");
  EXPECT_EQ(found(R"({"exports": {".": {"import": "x"}}})", "exports[.].import"),
            R"(exports[.].import="x";)");
  EXPECT_EQ(found(R"({"time": {"1": 2}})", "time[1]"), "time.1=2;");
  EXPECT_EQ(found(R"({"a": 1})", "b"), "");
  EXPECT_EQ(found(R"({"a": "text"})", "a.b.c"), "");
  EXPECT_EQ(found(R"({"a": [1]})", "a[7]"), "");
}

TEST(JsonFields, KnowsThePlaceThatAFieldNames) {
  const auto leads = [](std::string_view field, std::string_view place) {
    return leads_to(*parse_field(field), place);
  };
  EXPECT_TRUE(leads("scripts.test", "scripts.test"));
  EXPECT_TRUE(leads("scripts[test]", "scripts.test"));
  EXPECT_TRUE(leads("exports[.].import", "exports[.].import"));
  EXPECT_TRUE(leads("time[1]", "time.1"));
  EXPECT_FALSE(leads("a.b", "a[0].b"));
  EXPECT_FALSE(leads("a[]", "a[0]"));
}

TEST(JsonFields, RefusesWhatNamesNothing) {
  for (const char* field : {"", ".", "a.", "a..b", "a[0", ".a"})
    EXPECT_EQ(found("{}", field), "no field") << field;
}

TEST(JsonFields, SetsAndMakesWhatIsMissing) {
  EXPECT_EQ(after_set("{}", "a.b.c", "1"), R"({"a":{"b":{"c":1}}})");
  EXPECT_EQ(after_set(R"({"a":1,"b":2})", "a", "null"), R"({"a":null,"b":2})");
  EXPECT_EQ(after_set("{}", "list[0].name", R"("x")"), R"({"list":[{"name":"x"}]})");
  EXPECT_EQ(after_set(R"({"list":[1]})", "list[]", "2"), R"({"list":[1,2]})");
  EXPECT_EQ(after_set(R"({"list":[1]})", "list[3]", "2"), "refused");
  EXPECT_EQ(after_set(R"({"a":"text"})", "a.b", "2"), "refused");
  EXPECT_EQ(after_set(R"({"a":[1]})", "a.b", "2"), "refused");
  EXPECT_EQ(after_set(R"({"a":{}})", "a[]", "2"), "refused");
  EXPECT_EQ(after_set("{}", "__proto__.a", "2"), "refused");
}

TEST(JsonFields, RemovesMembersAndItems) {
  EXPECT_EQ(after_remove(R"({"a":{"b":1,"c":2}})", "a.b"), R"({"a":{"c":2}})");
  EXPECT_EQ(after_remove(R"({"a":[1,2,3]})", "a[1]"), R"({"a":[1,3]})");
  EXPECT_EQ(after_remove(R"({"a":1})", "b"), R"(nothing: {"a":1})");
  EXPECT_EQ(after_remove(R"({"a":1})", "a.b"), R"(nothing: {"a":1})");
}

}  // namespace
}  // namespace lpm::ops
