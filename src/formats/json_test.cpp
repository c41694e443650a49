#include "formats/json.h"

#include <gtest/gtest.h>

#include <array>

namespace lpm::formats::json {
namespace {

std::string after_set(std::string text, std::vector<std::string_view> path, std::string_view value,
                      Editor::Placement placement = Editor::Placement::Last) {
  Result<Editor> editor = Editor::open(std::move(text), "package.json");
  EXPECT_TRUE(editor);
  EXPECT_TRUE(editor->set(path, value, placement));
  return editor->text();
}

std::string after_remove(std::string text, std::vector<std::string_view> path) {
  Result<Editor> editor = Editor::open(std::move(text), "package.json");
  EXPECT_TRUE(editor);
  EXPECT_TRUE(editor->remove(path));
  return editor->text();
}

TEST(Json, NamesLineAndColumnOfAProblem) {
  const Result<Value> value = parse("{\n  \"a\": 1,\n  \"b\" 2\n}\n", "package.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where, "package.json:3:7");
  EXPECT_EQ(value.error().facts.at(0).text, "  \"b\" 2\n      ^");
}

TEST(Json, RefusesWhatRfc8259Refuses) {
  for (const std::string_view text : {"", "{", "[1,]", "{\"a\":1,}", "01", "1.", "\"\t\"", "nul", "{'a':1}", "[1] 2", "\"\\x\""})
    EXPECT_FALSE(parse(text, "f")) << text;
}

TEST(Json, DecodesEscapesAndKeepsLoneSurrogates) {
  const Result<Value> value = parse(R"(["\ud83d\ude00", "\ud83d", "\u00e9"])", "f");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->items[0].string, "\xF0\x9F\x98\x80");
  EXPECT_EQ(quote(value->items[1].string), "\"\\ud83d\"");
  EXPECT_EQ(value->items[2].string, "\xC3\xA9");
}

TEST(Json, LastOfDuplicateMembersCounts) {
  const Result<Value> value = parse(R"({"a":1,"a":2})", "f");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->find("a")->number, 2);
}

TEST(JsonEditor, KeepsIndentationLineEndsAndFinalNewline) {
  EXPECT_EQ(after_set("{\r\n\t\"a\": {\r\n\t\t\"x\": 1\r\n\t}\r\n}", {"a", "y"}, "2"),
            "{\r\n\t\"a\": {\r\n\t\t\"x\": 1,\r\n\t\t\"y\": 2\r\n\t}\r\n}");
  EXPECT_EQ(after_set("{\n    \"a\": 1\n}\n", {"b"}, "true"), "{\n    \"a\": 1,\n    \"b\": true\n}\n");
}

TEST(JsonEditor, MakesMissingParents) {
  EXPECT_EQ(after_set("{\n  \"name\": \"x\"\n}\n", {"dependencies", "a"}, "\"^1\""),
            "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"a\": \"^1\"\n  }\n}\n");
  EXPECT_EQ(after_set("{}", {"dependencies", "a"}, "\"^1\""), "{\n  \"dependencies\": {\n    \"a\": \"^1\"\n  }\n}");
  EXPECT_EQ(after_set(R"({"name":"x"})", {"dependencies", "a"}, "\"^1\""), R"({"name":"x","dependencies":{"a":"^1"}})");
}

TEST(JsonEditor, PutsANewMemberInItsSortedPlace) {
  const std::string text = "{\n  \"d\": {\n    \"a\": \"1\",\n    \"c\": \"1\"\n  }\n}\n";
  EXPECT_EQ(after_set(text, {"d", "b"}, "\"2\"", Editor::Placement::Sorted),
            "{\n  \"d\": {\n    \"a\": \"1\",\n    \"b\": \"2\",\n    \"c\": \"1\"\n  }\n}\n");
}

TEST(JsonEditor, RemovesFirstMiddleLastAndOnlyMembers) {
  EXPECT_EQ(after_remove("{\n  \"a\": 1,\n  \"b\": 2\n}\n", {"a"}), "{\n  \"b\": 2\n}\n");
  EXPECT_EQ(after_remove("{\n  \"a\": 1,\n  \"b\": 2\n}\n", {"b"}), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(after_remove("{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n", {"b"}), "{\n  \"a\": 1,\n  \"c\": 3\n}\n");
  EXPECT_EQ(after_remove("{\n  \"d\": {\n    \"a\": 1\n  }\n}\n", {"d", "a"}), "{\n  \"d\": {}\n}\n");
}

}  // namespace
}  // namespace lpm::formats::json
