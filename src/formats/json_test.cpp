#include "formats/json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lpm::formats::json {
namespace {

using namespace std::literals;

Value parsed(std::string_view text, const ParseOptions& options = {}) {
  Result<Value> value = parse(text, "f", options);
  EXPECT_TRUE(value) << text << (value ? "" : value.error().what);
  return value ? std::move(*value) : Value();
}

void expect_problem(std::string_view text, std::string_view place, std::string_view problem) {
  const Result<Value> value = parse(text, "package.json");
  ASSERT_FALSE(value) << text;
  EXPECT_EQ(value.error().code, ErrorCode::BAD_JSON);
  EXPECT_EQ(value.error().where, "package.json:" + std::string(place)) << text;
  EXPECT_EQ(value.error().what, "`package.json` is not valid JSON: " + std::string(problem));
}

TEST(Json, ReadsEveryKindOfValue) {
  const Value value =
      parsed(R"({"n":null,"t":true,"f":false,"i":-12.5e1,"s":"x","a":[1,[]],"o":{}})");
  ASSERT_TRUE(value.is_object());
  EXPECT_EQ(value.members.size(), 7U);
  EXPECT_EQ(value.find("n")->kind, Kind::Null);
  EXPECT_TRUE(value.find("t")->boolean);
  EXPECT_EQ(value.find("f")->kind, Kind::Boolean);
  EXPECT_EQ(value.find("i")->number, -125);
  EXPECT_EQ(value.find("i")->string, "-12.5e1");
  EXPECT_EQ(value.text_at("s"), "x");
  EXPECT_EQ(value.text_at("i"), std::nullopt);
  EXPECT_EQ(value.find("a")->items.size(), 2U);
  EXPECT_TRUE(value.find("o")->is_object());
  EXPECT_EQ(value.find("absent"), nullptr);
}

TEST(Json, KeepsOrderAndSpans) {
  const std::string_view text = R"({ "b" : [1, "two"] , "a":{"c":true} })";
  const Value value = parsed(text);
  EXPECT_EQ(value.members[0].first, "b");
  const auto span = [text](const Value& v) { return text.substr(v.begin, v.end - v.begin); };
  EXPECT_EQ(span(value), text);
  EXPECT_EQ(span(*value.find("b")), "[1, \"two\"]");
  EXPECT_EQ(span(value.find("b")->items[1]), "\"two\"");
  EXPECT_EQ(span(*value.find("a")->find("c")), "true");
}

TEST(Json, LastOfDuplicateMembersCounts) {
  EXPECT_EQ(parsed(R"({"a":1,"a":2})").find("a")->number, 2);
}

TEST(Json, ReadsNumbersAtTheEdges) {
  EXPECT_TRUE(std::isinf(parsed("1e999").number));
  EXPECT_EQ(parsed("1e-999").number, 0);
  EXPECT_TRUE(std::signbit(parsed("-0").number));
  EXPECT_EQ(parsed("9007199254740993").string, "9007199254740993");
}

TEST(Json, NamesThePlaceOfAProblem) {
  const Result<Value> value = parse("{\n  \"a\": 1,\n  \"b\" 2\n}\n", "package.json");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where, "package.json:3:7");
  ASSERT_EQ(value.error().facts.size(), 1U);
  EXPECT_EQ(value.error().facts[0].text, "  \"b\" 2\n      ^");
}

TEST(Json, SaysWhatIsWrong) {
  expect_problem("", "1:1", "the text ends where a value was expected");
  expect_problem("{", "1:2", "the text ends where a name in double quotes was expected");
  expect_problem("[1,\n]", "2:1", "a comma before `]` is not allowed");
  expect_problem("{\"a\":1,}", "1:8", "a comma before `}` is not allowed");
  expect_problem("{'a':1}", "1:2", "a string needs double quotes");
  expect_problem("{ // x\n}", "1:3", "comments are not allowed");
  expect_problem("[1] 2", "1:5", "there is more text after the value");
  expect_problem("[1 2]", "1:4", "`,` or `]` was expected");
  expect_problem("{\"a\":1 \"b\"", "1:8", "`,` or `}` was expected");
  expect_problem("\"ab\tc\"", "1:4",
                 "a control character in a string must be written as an escape");
  expect_problem("[\"abc", "1:2", "this string does not end");
  expect_problem("\"\\", "1:3", "this escape is not known");
  expect_problem("\"\\x\"", "1:3", "this escape is not known");
  expect_problem("\"\\u12g4\"", "1:6", "four hex digits were expected");
}

TEST(Json, RefusesWhatRfc8259Refuses) {
  for (const std::string_view text : {"01",
                                      "1.",
                                      ".5",
                                      "+1",
                                      "-",
                                      "1e",
                                      "1e+",
                                      "0x1",
                                      "NaN",
                                      "Infinity",
                                      "nul",
                                      "True",
                                      "tru",
                                      "\"\\u12\"",
                                      "\"\\ud800\\u\"",
                                      "[,1]",
                                      "{,}",
                                      "{\"a\"}",
                                      "{1:2}",
                                      "{\"a\":}",
                                      "[1]]",
                                      "}",
                                      "\xEF\xBB\xBF",
                                      "\xEF\xBB\xBF\xEF\xBB\xBF{}",
                                      "\v1",
                                      "\xC2\xA0"
                                      "1"})
    EXPECT_FALSE(parse(text, "f")) << text;
  EXPECT_FALSE(parse("1\0"sv, "f"));
  EXPECT_FALSE(parse("\"\0\""sv, "f"));
}

TEST(Json, SkipsAByteOrderMark) {
  EXPECT_EQ(parsed("\xEF\xBB\xBF{\"a\":1}").find("a")->number, 1);
  expect_problem("\xEF\xBB\xBF{\"a\" 1}", "1:6", "`:` was expected");
}

TEST(Json, DecodesEscapes) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t")").string, "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parsed(R"("\u0041\u00e9\u20AC\ud83d\ude00\u0000")").string,
            "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\0"s);
}

TEST(Json, KeepsLoneSurrogatesApart) {
  for (const std::string_view text :
       {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ude00\ud83d")", R"("\ud83d\ud83d")",
        R"("\ud83d\u0041")"}) {
    const std::string again = quote(parsed(text).string);
    EXPECT_EQ(parsed(again).string, parsed(text).string) << text;
    EXPECT_NE(again.find("\\ud"), std::string::npos) << text;
  }
}

TEST(Json, ReadsBytesThatAreNotUtf8AsReplacementCharacters) {
  const std::string replaced = "\xEF\xBF\xBD";
  EXPECT_EQ(parsed("\"J\xF6rg\"").string, "J" + replaced + "rg");
  EXPECT_EQ(parsed("\"\xC0\x80\"").string, replaced + replaced);                 // overlong
  EXPECT_EQ(parsed("\"\xED\xA0\x80\"").string, replaced + replaced + replaced);  // surrogate
  EXPECT_EQ(parsed("\"\xE2\x82\"").string, replaced + replaced);                 // cut
  EXPECT_EQ(parsed("\"\xF4\x90\x80\x80\"").string.size(), 4 * replaced.size());
  EXPECT_EQ(parsed("\"\xF4\x8F\xBF\xBF\"").string, "\xF4\x8F\xBF\xBF");
}

TEST(Json, LimitsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse(nested(513), "f"));  // the innermost value is at depth 512
  EXPECT_FALSE(parse(nested(514), "f"));
  EXPECT_FALSE(parse(std::string(1000000, '['), "f"));
  EXPECT_FALSE(parse(nested(3), "f", {.max_depth = 1}));
}

TEST(Json, AllowsCommentsAndTrailingCommasOnRequest) {
  const Value value =
      parsed("// a\n{ /* b */ \"x\": [1, 2,], // c\n \"y\": 1, }\n/**/", {.comments = true});
  EXPECT_EQ(value.find("x")->items.size(), 2U);
  EXPECT_FALSE(parse("{ /* ", "f", {.comments = true}));
  EXPECT_FALSE(parse("[,]", "f", {.comments = true}));
  EXPECT_FALSE(parse("[1,,]", "f", {.comments = true}));
}

TEST(Json, ShowsAPartOfALongLine) {
  const std::string text = "[" + std::string(500, ' ') + "x" + std::string(500, ' ') + "]";
  const Result<Value> value = parse(text, "f");
  ASSERT_FALSE(value);
  const std::string& shown = value.error().facts.at(0).text;
  const std::size_t line_size = shown.find('\n');
  EXPECT_LE(line_size, 120U);
  EXPECT_EQ(shown.at(shown.size() - 2 - line_size), 'x');
}

TEST(Json, PutsTheCaretUnderTheCharacter) {
  const Result<Value> value = parse("{\"\xC3\xA9\x1B\" 1}", "f");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().facts.at(0).text, "{\"\xC3\xA9 \" 1}\n   ^");
}

TEST(JsonQuote, EscapesAsJsonStringifyDoes) {
  EXPECT_EQ(quote(""), "\"\"");
  EXPECT_EQ(quote("\"\\/\b\f\n\r\t"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(quote("\0\x01\x1F\x7F"sv), "\"\\u0000\\u0001\\u001f\x7F\"");
  EXPECT_EQ(quote("\xE2\x80\xA8\xE2\x80\xA9"), "\"\xE2\x80\xA8\xE2\x80\xA9\"");  // U+2028, U+2029
  EXPECT_EQ(quote("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
  EXPECT_EQ(quote("\xED\xA0\xBD"), "\"\\ud83d\"");
  EXPECT_EQ(quote("\xED\xB8\x80x"), "\"\\ude00x\"");
}

TEST(JsonQuote, NeverWritesInvalidUtf8) {
  EXPECT_EQ(quote("\xFF\xC3"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonWriter, IndentsAsJsonStringifyDoes) {
  Writer writer;
  writer.begin_object()
      .key("a")
      .value("x")
      .key("b")
      .begin_array()
      .value(1)
      .value(true)
      .null()
      .end_array();
  writer.key("c").begin_object().end_object().key("d").begin_array().end_array().end_object();
  EXPECT_EQ(writer.take(),
            "{\n  \"a\": \"x\",\n  \"b\": [\n    1,\n    true,\n    null\n  ],\n  \"c\": {},\n  "
            "\"d\": []\n}\n");
}

TEST(JsonWriter, WritesOneLine) {
  Writer writer(0);
  writer.begin_array().begin_object().key("a").value(std::uint64_t{1} << 63).end_object().value(-1);
  writer.value(0.5).value(1e300).raw("[1]").value(std::nan("")).end_array();
  EXPECT_EQ(writer.take(), "[{\"a\":9223372036854775808},-1,0.5,1e+300,[1],null]");
}

}  // namespace
}  // namespace lpm::formats::json
