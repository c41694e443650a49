#include "formats/yaml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

namespace lpm::formats::yaml {
namespace {

Value read(std::string_view text) {
  Result<Value> value = parse(text, "f.yaml");
  EXPECT_TRUE(value) << text << "\n" << (value ? "" : value.error().what);
  return value ? std::move(*value) : Value();
}

std::string problem_of(std::string_view text, const Limits& limits = {}) {
  const Result<Value> value = parse(text, "f.yaml", limits);
  EXPECT_FALSE(value) << text;
  if (value) return "";
  EXPECT_EQ(value.error().code, ErrorCode::BAD_YAML);
  EXPECT_TRUE(value.error().where.starts_with("f.yaml")) << value.error().where;
  return value.error().where + " " + value.error().what;
}

// One line: {a: [b, "c"]}, quotes for what was not plain.
std::string shown(const Value& value) {
  if (value.is_scalar()) return value.is_plain ? value.text : '"' + value.text + '"';
  std::string out;
  for (const Value& child : value.children) {
    if (!out.empty()) out += ", ";
    if (value.is_mapping()) out += child.key + ": ";
    out += shown(child);
  }
  return value.is_mapping() ? "{" + out + "}" : "[" + out + "]";
}

TEST(Yaml, ReadsMappingsSequencesAndScalarsInOrder) {
  EXPECT_EQ(shown(read("b: 1\na:\n  - x y\n  - 'it''s'\n  - \"t\\tb\"\nc: {d: [e, 'f'], g: }\n")),
            "{b: 1, a: [x y, \"it's\", \"t\tb\"], c: {d: [e, \"f\"], g: }}");
  EXPECT_EQ(shown(read("a: |\n  one\n  two\nb: >-\n  one\n  two\n")),
            "{a: \"one\ntwo\n\", b: \"one two\"}");
  EXPECT_EQ(shown(read("\xEF\xBB\xBF"
                       "a: b # comment\r\n")),
            "{a: b}");
}

TEST(Yaml, KnowsTheLineOfEveryKeyAndItem) {
  const Value value = read("a:\n  b: 1\n\n  c:\n    - x\n    - y\n");
  const Value& a = value.children[0];
  EXPECT_EQ(a.line, 1U);
  EXPECT_EQ(a.children[0].line, 2U);
  EXPECT_EQ(a.children[1].line, 4U);
  EXPECT_EQ(a.children[1].children[1].line, 6U);
}

TEST(Yaml, TellsNullAndBooleansFromTexts) {
  const Value value = read("[~, null, 'null', true, FALSE, yes, 'true', 1.0]");
  const std::vector<Value>& items = value.children;
  EXPECT_TRUE(items[0].is_null());
  EXPECT_TRUE(items[1].is_null());
  EXPECT_FALSE(items[2].is_null());
  EXPECT_EQ(items[3].boolean(), true);
  EXPECT_EQ(items[4].boolean(), false);
  EXPECT_EQ(items[5].boolean(), std::nullopt);
  EXPECT_EQ(items[6].boolean(), std::nullopt);
  EXPECT_EQ(items[7].text, "1.0");
  EXPECT_TRUE(read("a:").children[0].is_null());
}

TEST(Yaml, FindsMembersByName) {
  const Value value = read("a: x\nb: ~\nc: [y]\n");
  EXPECT_EQ(value.text_at("a"), "x");
  EXPECT_EQ(value.text_at("b"), std::nullopt);
  EXPECT_EQ(value.text_at("c"), std::nullopt);
  EXPECT_EQ(value.text_at("d"), std::nullopt);
  EXPECT_EQ(value.find("c")->children[0].find("y"), nullptr);
}

TEST(Yaml, ReadsKeysOfAnyLength) {
  const std::string key(3000, 'k');
  EXPECT_EQ(read("? " + key + "\n: x\n").children[0].key, key);
}

TEST(Yaml, CopiesAliasesAndMergesMappings) {
  EXPECT_EQ(shown(read("a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, x: 3}\n")),
            "{a: {x: 1, y: 2}, b: {x: 1, y: 2}, c: {x: 3, y: 2}}");
  EXPECT_EQ(shown(read("- &a {x: 1}\n- &b {x: 2, y: 3}\n- {<<: [*a, *b]}\n")),
            "[{x: 1}, {x: 2, y: 3}, {x: 1, y: 3}]");
  EXPECT_EQ(shown(read("{'<<': 1}")), "{<<: 1}");
}

TEST(Yaml, ReadsSeveralDocuments) {
  const Result<std::vector<Value>> documents = parse_documents("---\na: 1\n---\nb: 2\n", "f.yaml");
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ(shown((*documents)[1]), "{b: 2}");
  EXPECT_EQ(problem_of("---\na: 1\n---\nb: 2\n"), "f.yaml:4 `f.yaml` holds more than one document");
}

TEST(Yaml, TakesATextWithoutContentForNull) {
  EXPECT_TRUE(read("").is_null());
  EXPECT_TRUE(read(std::string_view()).is_null());
  EXPECT_TRUE(read("# only a comment\n").is_null());
  EXPECT_TRUE(read("---\n").is_null());
}

TEST(Yaml, NamesThePlaceOfWhatIsWrong) {
  EXPECT_EQ(
      problem_of("a: b\nc: d: e\n"),
      "f.yaml:2:5 `f.yaml` is not understood: mapping values are not allowed in this context");
  EXPECT_TRUE(problem_of("\xC3\xA4: [\n").starts_with("f.yaml:2:1 "));
  EXPECT_TRUE(problem_of("\xC3\xA4: \xFF\n").starts_with("f.yaml:1:5 "));
  EXPECT_TRUE(problem_of(std::string_view("a: \0", 4)).starts_with("f.yaml:1:4 "));
  EXPECT_EQ(problem_of("a: *b\n"),
            "f.yaml:1:4 `f.yaml` is not understood: nothing before it is called `&b`");
  EXPECT_EQ(problem_of("a: &a [*a]\n"),
            "f.yaml:1:8 `f.yaml` is not understood: nothing before it is called `&a`");
}

TEST(Yaml, RefusesWhatItCannotKeep) {
  EXPECT_EQ(problem_of("a: 1\nb: 2\na: 3\n"),
            "f.yaml:4:1 `f.yaml` is not understood: the key `a` is there twice, in lines 1 and 3");
  EXPECT_NE(problem_of("{\"\\e[31m\": 1, \"\\e[31m\": 2}").find("the key `\\x1b[31m`"),
            std::string::npos);
  EXPECT_EQ(problem_of("? [a]\n: b\n"),
            "f.yaml:1:5 `f.yaml` is not understood: a key may be a text only");
  EXPECT_EQ(problem_of("a: !x b\n"),
            "f.yaml:1:4 `f.yaml` is not understood: the tag `!x` is not supported");
  EXPECT_EQ(shown(read("a: !!str 1\nb: ! 2")), "{a: \"1\", b: 2}");
  EXPECT_EQ(problem_of("{<<: 1, a: [*x]}").substr(0, 7), "f.yaml:");
  EXPECT_EQ(problem_of("- &a x\n- {<<: [*a]}\n").substr(0, 10), "f.yaml:2:1");
}

TEST(Yaml, BoundsDepthSizeAndCount) {
  EXPECT_EQ(shown(read(std::string(64, '[') + std::string(64, ']'))).size(), 128U);
  EXPECT_EQ(problem_of(std::string(65, '[') + std::string(65, ']')),
            "f.yaml:1:65 `f.yaml` is not understood: it is nested too deeply");
  EXPECT_EQ(problem_of("[a, b, c]", {.values = 3}),
            "f.yaml:1:8 `f.yaml` is not understood: it holds more values than any real file");
  EXPECT_EQ(problem_of("abc", {.bytes = 2}), "f.yaml `f.yaml` is larger than 2 B");
}

TEST(Yaml, BoundsWhatAliasesMakeOfASmallFile) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i)
    text += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  EXPECT_NE(problem_of(text).find("its aliases make it larger"), std::string::npos);
  std::string long_text = "- &a " + std::string(100'000, 'x') + "\n";
  for (int i = 0; i < 100; ++i) long_text += "- *a\n";
  EXPECT_NE(problem_of(long_text).find("its aliases make it larger"), std::string::npos);
}

// Doubling the text doubles the time, whatever it is made of; eight times leaves room for noise.
TEST(Yaml, TakesLinearTime) {
  const auto time_of = [](std::string_view pattern, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format(fmt::runtime(pattern), i);
    const auto begin = std::chrono::steady_clock::now();
    (void)parse_documents(text, "f.yaml");
    return std::chrono::steady_clock::now() - begin;
  };
  for (const std::string_view pattern :
       {"k{}: v\n", "- a{}\n", "? k{}\n", "'k{}", "[k{}, ", "# c{}\n", "&a{} ", "k{}\n",
        "--- a{}\n", "k{} ", "\"{}\\\n", "\n ", "{{k{}: ", "- ? "}) {
    const auto once = std::max(time_of(pattern, 10'000), decltype(time_of("", 0))(2'000'000));
    EXPECT_LT(time_of(pattern, 40'000), 16 * once) << pattern;
  }
}

}  // namespace
}  // namespace lpm::formats::yaml
