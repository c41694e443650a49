#include <gtest/gtest.h>

#include <random>

#include "formats/json.h"
#include "formats/json_layout.h"

namespace lpm::formats::json {
namespace {

using Names = std::vector<std::string_view>;
using enum Editor::Placement;

std::string after_set(std::string text, const Names& path, std::string_view value,
                      Editor::Placement placement = Last) {
  Result<Editor> editor = Editor::open(std::move(text), "package.json");
  EXPECT_TRUE(editor);
  const Status status = editor->set(path, value, placement);
  EXPECT_TRUE(status);
  return editor->text();
}

std::string after_remove(std::string text, const Names& path, bool drop_empty_parent = false) {
  Result<Editor> editor = Editor::open(std::move(text), "package.json");
  EXPECT_TRUE(editor);
  const Result<bool> removed = editor->remove(path, drop_empty_parent);
  EXPECT_TRUE(removed && *removed);
  return editor->text();
}

TEST(JsonEditor, OpensObjectsOnly) {
  EXPECT_FALSE(Editor::open("[]", "package.json"));
  EXPECT_FALSE(Editor::open("{", "package.json"));
}

TEST(JsonEditor, KeepsIndentationAndLineEnds) {
  EXPECT_EQ(after_set("{\r\n\t\"a\": {\r\n\t\t\"x\": 1\r\n\t}\r\n}", {"a", "y"}, "2"),
            "{\r\n\t\"a\": {\r\n\t\t\"x\": 1,\r\n\t\t\"y\": 2\r\n\t}\r\n}");
  EXPECT_EQ(after_set("{\n    \"a\": 1\n}\n", {"b"}, "true"),
            "{\n    \"a\": 1,\n    \"b\": true\n}\n");
  EXPECT_EQ(after_set("{\n\"a\": 1\n}\n\n", {"b"}, "2"), "{\n\"a\": 1,\n\"b\": 2\n}\n\n");
}

TEST(JsonEditor, KeepsAByteOrderMark) {
  EXPECT_EQ(after_set("\xEF\xBB\xBF{\n  \"a\": 1\n}", {"a"}, "2"), "\xEF\xBB\xBF{\n  \"a\": 2\n}");
  EXPECT_EQ(after_set("\xEF\xBB\xBF{}", {"a"}, "2"), "\xEF\xBB\xBF{\n  \"a\": 2\n}");
}

TEST(JsonEditor, KeepsTheColonsOfTheDocument) {
  EXPECT_EQ(after_set("{\n  \"a\" : 1\n}", {"b"}, "2"), "{\n  \"a\" : 1,\n  \"b\" : 2\n}");
  EXPECT_EQ(after_set("{\n  \"a\":1\n}", {"b"}, "2"), "{\n  \"a\":1,\n  \"b\":2\n}");
}

TEST(JsonEditor, StaysOnOneLine) {
  EXPECT_EQ(after_set(R"({"name":"x"})", {"dependencies", "a"}, "\"^1\""),
            R"({"name":"x","dependencies":{"a":"^1"}})");
  EXPECT_EQ(after_set(R"({ "name": "x" })", {"version"}, "\"1\""),
            R"({ "name": "x", "version": "1" })");
  EXPECT_EQ(after_set(R"({"a":1,"b":2})", {"c"}, "{\n  \"x\": [1, 2]\n}"),
            R"({"a":1,"b":2,"c":{"x":[1,2]}})");
  EXPECT_EQ(after_set("{\n  \"a\": {\"x\": 1, \"y\": 2}\n}", {"a", "z"}, "[1,2]"),
            "{\n  \"a\": {\"x\": 1, \"y\": 2, \"z\": [1, 2]}\n}");
}

TEST(JsonEditor, MakesMissingParents) {
  EXPECT_EQ(after_set("{\n  \"name\": \"x\"\n}\n", {"dependencies", "a"}, "\"^1\""),
            "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"a\": \"^1\"\n  }\n}\n");
  EXPECT_EQ(after_set("{}", {"dependencies", "a"}, "\"^1\""),
            "{\n  \"dependencies\": {\n    \"a\": \"^1\"\n  }\n}");
  EXPECT_EQ(after_set("{\n\t\"a\": {}\n}\n", {"a", "b", "c"}, "1"),
            "{\n\t\"a\": {\n\t\t\"b\": {\n\t\t\t\"c\": 1\n\t\t}\n\t}\n}\n");
}

TEST(JsonEditor, FillsAnEmptyObjectWhateverIsInIt) {
  EXPECT_EQ(after_set("{\n}\n", {"a"}, "1"), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(after_set("{\n  \"d\": {\n  }\n}\n", {"d", "a"}, "1"),
            "{\n  \"d\": {\n    \"a\": 1\n  }\n}\n");
}

TEST(JsonEditor, LaysOutObjectsAndArraysAsTheDocumentIs) {
  EXPECT_EQ(after_set("{\n    \"a\": 1\n}\n", {"b"}, R"({"x":[1,"y"],"e":{},"f":[]})"),
            "{\n    \"a\": 1,\n    \"b\": {\n        \"x\": [\n            1,\n            \"y\"\n "
            "       ],\n"
            "        \"e\": {},\n        \"f\": []\n    }\n}\n");
}

TEST(JsonEditor, ReplacesOnlyTheValue) {
  EXPECT_EQ(after_set("{\n  \"a\" :  1 ,\n\n  \"b\": 2\n}", {"a"}, "\"x\""),
            "{\n  \"a\" :  \"x\" ,\n\n  \"b\": 2\n}");
  EXPECT_EQ(after_set("{\n  \"f\": [\"a\"],\n  \"b\": 2\n}", {"f"}, "[\"a\",\"c\"]"),
            "{\n  \"f\": [\"a\", \"c\"],\n  \"b\": 2\n}");
}

TEST(JsonEditor, LeavesAnEqualValueAsItIsWritten) {
  const std::string text = "{\n  \"f\": [ \"\\u0061\",1 ]\n}";
  EXPECT_EQ(after_set(text, {"f"}, "[\"a\", 1]"), text);
}

TEST(JsonEditor, ChangesTheDuplicateThatCounts) {
  EXPECT_EQ(after_set(R"({"a":1,"a":2})", {"a"}, "3"), R"({"a":1,"a":3})");
  EXPECT_EQ(after_remove(R"({"a":1,"b":0,"a":2})", {"a"}), R"({"b":0})");
}

TEST(JsonEditor, RefusesAPathThroughAValueThatIsNoObject) {
  Result<Editor> editor = Editor::open("{\n  \"dependencies\": []\n}", "package.json");
  ASSERT_TRUE(editor);
  const Status status = editor->set(Names{"dependencies", "a"}, "1");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().what, "`dependencies` of `package.json` is not an object");
  EXPECT_EQ(status.error().where, "package.json:2:19");
  EXPECT_EQ(editor->text(), "{\n  \"dependencies\": []\n}");
}

TEST(JsonEditor, RefusesTextThatIsNotOneJsonValue) {
  Result<Editor> editor = Editor::open("{}", "package.json");
  ASSERT_TRUE(editor);
  for (const std::string_view text : {"", "x", "1, \"b\": 2", "}"})
    EXPECT_FALSE(editor->set(Names{"a"}, text));
  EXPECT_EQ(editor->text(), "{}");
}

TEST(JsonEditor, PutsANewMemberInItsSortedPlace) {
  const std::string text = "{\n  \"d\": {\n    \"b\": \"1\",\n    \"d\": \"1\"\n  }\n}\n";
  EXPECT_EQ(after_set(text, {"d", "a"}, "\"2\"", Sorted),
            "{\n  \"d\": {\n    \"a\": \"2\",\n    \"b\": \"1\",\n    \"d\": \"1\"\n  }\n}\n");
  EXPECT_EQ(after_set(text, {"d", "c"}, "\"2\"", Sorted),
            "{\n  \"d\": {\n    \"b\": \"1\",\n    \"c\": \"2\",\n    \"d\": \"1\"\n  }\n}\n");
  EXPECT_EQ(after_set(text, {"d", "e"}, "\"2\"", Sorted),
            "{\n  \"d\": {\n    \"b\": \"1\",\n    \"d\": \"1\",\n    \"e\": \"2\"\n  }\n}\n");
  EXPECT_EQ(after_set(R"({"b": 1})", {"a"}, "2", Sorted), R"({"a": 2, "b": 1})");
}

TEST(JsonEditor, SortsAsNpmDoes) {
  // Checked with ["@a/b", ...].sort((a, b) => a.localeCompare(b, "en")).
  const Names sorted = {"@a/b", "a",  "A",  "a_b", "a-b",  "a.b",  "a/b", "a1",
                        "ab",   "aB", "Ab", "AB",  "ab-c", "aB-c", "AB-C"};
  Names shuffled = sorted;
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    Result<Editor> editor = Editor::open("{}", "f");
    for (const std::string_view name : shuffled) ASSERT_TRUE(editor->set(Names{name}, "1", Sorted));
    Names names;
    for (const auto& [name, value] : editor->root().members) names.push_back(name);
    ASSERT_EQ(names, sorted);
  }
}

TEST(JsonEditor, RemovesFirstMiddleLastAndOnlyMembers) {
  const std::string text = "{\n  \"a\": 1,\n\n  \"b\": 2,\n  \"c\": 3\n}\n";
  EXPECT_EQ(after_remove(text, {"a"}), "{\n  \"b\": 2,\n  \"c\": 3\n}\n");
  EXPECT_EQ(after_remove(text, {"b"}), "{\n  \"a\": 1,\n\n  \"c\": 3\n}\n");
  EXPECT_EQ(after_remove(text, {"c"}), "{\n  \"a\": 1,\n\n  \"b\": 2\n}\n");
  EXPECT_EQ(after_remove("{\n  \"d\": {\n    \"a\": 1\n  }\n}\n", {"d", "a"}),
            "{\n  \"d\": {}\n}\n");
  EXPECT_EQ(after_remove(R"({"a":1,"b":2})", {"b"}), R"({"a":1})");
}

TEST(JsonEditor, DropsAParentThatBecomesEmptyOnRequest) {
  EXPECT_EQ(after_remove("{\n  \"x\": 1,\n  \"d\": {\n    \"a\": 1\n  }\n}\n", {"d", "a"}, true),
            "{\n  \"x\": 1\n}\n");
  EXPECT_EQ(after_remove(R"({"d":{"e":{"a":1}}})", {"d", "e", "a"}, true), R"({"d":{}})");
  EXPECT_EQ(after_remove(R"({"d":{"a":1,"b":2}})", {"d", "a"}, true), R"({"d":{"b":2}})");
}

TEST(JsonEditor, SaysWhenThereIsNothingToRemove) {
  Result<Editor> editor = Editor::open(R"({"a":[1]})", "f");
  for (const Names& path : {Names{"b"}, Names{"a", "b"}, Names{"b", "c"}}) {
    const Result<bool> removed = editor->remove(path);
    ASSERT_TRUE(removed);
    EXPECT_FALSE(*removed);
  }
  EXPECT_EQ(editor->text(), R"({"a":[1]})");
}

// Random documents in random layouts, edited as text and as values.

constexpr std::string_view kNames[] = {"a",        "b",       "C", "@s/p", "x-y",
                                       "\xC3\xA9", "q\"uote", "}", ","};

class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  std::string_view name() { return kNames[below(std::size(kNames))]; }

  std::string document() {
    static constexpr std::string_view kStyles[] = {"\n", "\r\n", "", " ", "mixed"};
    style_ = kStyles[below(std::size(kStyles))];
    unit_ = below(2) == 0 ? "\t" : std::string(1 + below(4), ' ');
    return (below(4) == 0 ? "\xEF\xBB\xBF" : "") + object(0) + (below(2) == 0 ? "\n" : "");
  }

  std::string scalar() {
    static constexpr std::string_view kScalars[] = {"1",          "-2.5e3",     "true", "null",
                                                    "\"^1.0.0\"", "\"}\\\"{\"", "\"\""};
    return std::string(kScalars[below(std::size(kScalars))]);
  }

 private:
  std::string object(std::size_t depth) {
    std::string out = "{";
    const std::size_t count = below(4);
    for (std::size_t i = 0; i < count; ++i) {
      // Names of one object are distinct: editing duplicates is not editing one value.
      const std::string_view member = kNames[(i * 2 + depth) % std::size(kNames)];
      out += (i > 0 ? "," : "") + gap(depth + 1) + quote(member) + (below(5) == 0 ? " :" : ":") +
             (style_.empty() ? "" : " ") + value(depth + 1);
    }
    return out + (count > 0 || below(3) == 0 ? gap(depth) : "") + "}";
  }

  std::string value(std::size_t depth) {
    if (depth < 4 && below(3) == 0) return object(depth);
    if (below(6) == 0) return "[" + scalar() + ", {\"x\": " + scalar() + "}]";
    return scalar();
  }

  std::string gap(std::size_t depth) {
    const std::string_view style =
        style_ != "mixed" ? style_ : std::string_view(below(2) == 0 ? "\n" : "");
    if (style.find('\n') == std::string_view::npos) return std::string(style);
    std::string out(style);
    if (below(10) == 0) out += style;
    for (std::size_t i = 0; i < depth; ++i) out += unit_;
    return out;
  }

  std::mt19937_64 random_;
  std::string_view style_;
  std::string unit_;
};

// The same edits on values; false when a parent is not an object.
bool set_value(Value& object, Editor::Path path, const Value& value) {
  Value* member = const_cast<Value*>(object.find(path.front()));
  if (member == nullptr) {
    member = &object.members.emplace_back(path.front(), Value()).second;
    member->kind = Kind::Object;
  } else if (path.size() > 1 && !member->is_object()) {
    return false;
  }
  if (path.size() > 1) return set_value(*member, path.subspan(1), value);
  *member = value;
  return true;
}

bool remove_value(Value& object, Editor::Path path) {
  Value* member = const_cast<Value*>(object.find(path.front()));
  if (member == nullptr) return false;
  if (path.size() > 1) return member->is_object() && remove_value(*member, path.subspan(1));
  std::erase_if(object.members, [&](const auto& entry) { return entry.first == path.front(); });
  return true;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first -
                                  a.rbegin());
}

// Bytes of the old text that an edit of `path` may replace: the value, or for a removal the member
// with the white space and comma beside it, or an empty object that is filled.
std::size_t most_bytes_replaced(std::string_view text, const Value& root, Editor::Path path,
                                bool removes) {
  const Value* value = &root;
  for (const std::string_view name : path) {
    const Value* member = value->is_object() ? value->find(name) : nullptr;
    if (member == nullptr)
      return value->is_object() && value->members.empty() ? value->end - value->begin : 0;
    if (removes && member == value->find(path.back()) && name == path.back() &&
        value->members.size() == 1)
      return value->end - value->begin;
    value = member;
  }
  if (!removes) return value->end - value->begin;
  const std::size_t before = text.find_last_of(",{", value->begin - 1);
  const std::size_t after = text.find_first_not_of(" \t\r\n,", value->end);
  return after - std::min(before, after) +
         64;  // names hold commas and braces; the exact cases are tested above
}

TEST(JsonEditor, EditsOfTextEqualEditsOfValues) {
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    RandomJson random(seed);
    Result<Editor> editor = Editor::open(random.document(), "f");
    ASSERT_TRUE(editor);
    for (int step = 0; step < 8; ++step) {
      const std::string before = editor->text();
      const Value root = editor->root();
      Value expected = root;
      Names path;
      for (std::size_t i = 0, count = 1 + random.below(3); i < count; ++i)
        path.push_back(random.name());
      const bool removes = random.below(3) == 0;
      if (removes) {
        const Result<bool> removed = editor->remove(path);
        ASSERT_TRUE(removed);
        ASSERT_EQ(*removed, remove_value(expected, path)) << before;
      } else {
        const std::string json_text =
            random.below(4) == 0 ? "{\"n\":[" + random.scalar() + "]}" : random.scalar();
        const Status status = editor->set(path, json_text);
        ASSERT_EQ(status.has_value(), set_value(expected, path, *parse(json_text, "value")))
            << before;
      }
      ASSERT_TRUE(is_equal(editor->root(), expected)) << before << "\nbecame\n" << editor->text();
      const std::size_t kept =
          common_prefix(before, editor->text()) + common_suffix(before, editor->text());
      ASSERT_GE(kept + most_bytes_replaced(before, root, path, removes), before.size())
          << before << "\nbecame\n"
          << editor->text();
    }
  }
}

}  // namespace
}  // namespace lpm::formats::json
