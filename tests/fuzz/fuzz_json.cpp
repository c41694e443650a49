// The JSON reader, writer and editor over any bytes. Promises: spans are in order and inside the
// text, strings survive quoting, what is written is read back as it was, a strict document is also
// one with comments, and an edit changes what it should and nothing else. Inputs: up to 16 KiB.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "formats/json.h"
#include "fuzz.h"

namespace lpm::formats::json {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;

// But for the spans.
bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind || a.boolean != b.boolean || a.string != b.string) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const auto& x, const auto& y) {
                      return x.first == y.first && same(x.second, y.second);
                    });
}

template <class Number>
bool write_if_same(Writer& out, const std::string& text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || fmt::format("{}", number) != text) return false;
  out.value(number);
  return true;
}

// As a number where that is written the same.
void write_number(Writer& out, const std::string& text) {
  if (!write_if_same<std::int64_t>(out, text) && !write_if_same<std::uint64_t>(out, text) &&
      !write_if_same<double>(out, text))
    out.raw(text);
}

void write(Writer& out, const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      out.null();
      break;
    case Kind::Boolean:
      out.value(value.boolean);
      break;
    case Kind::Number:
      write_number(out, value.string);
      break;
    case Kind::String:
      out.value(value.string);
      break;
    case Kind::Array:
      out.begin_array();
      for (const Value& item : value.items) write(out, item);
      out.end_array();
      break;
    case Kind::Object:
      out.begin_object();
      for (const auto& [name, member] : value.members) write(out.key(name), member);
      out.end_object();
      break;
  }
}

void require_sound(const Value& value, std::string_view text) {
  require(value.begin < value.end && value.end <= text.size(), "spans lie in the text");
  std::uint32_t at = value.begin;
  const auto check_inner = [&](const Value& inner) {
    require(inner.begin > at && inner.end < value.end, "spans are in order");
    at = inner.end;
    require_sound(inner, text);
  };
  for (const Value& item : value.items) check_inner(item);
  for (const auto& [name, member] : value.members) check_inner(member);
  if (!value.is_object() && !value.is_array()) {
    const auto alone = parse(text.substr(value.begin, value.end - value.begin), "part");
    require(alone && same(*alone, value), "a span holds its value");
  }
}

void require_round_trip(const Value& value) {
  for (const int indent : {0, 2}) {
    Writer out(indent);
    write(out, value);
    const auto again = parse(out.take(), "again");
    require(again && same(*again, value), "what is written means the same");
  }
}

// All members of a and b but those of one name are the same.
bool same_beside(const Value& a, const Value& b, std::string_view name) {
  const auto rest_of = [name](const Value& object) {
    std::vector<const std::pair<std::string, Value>*> rest;
    for (const auto& member : object.members)
      if (member.first != name) rest.push_back(&member);
    return rest;
  };
  const auto rest_a = rest_of(a), rest_b = rest_of(b);
  return std::equal(rest_a.begin(), rest_a.end(), rest_b.begin(), rest_b.end(),
                    [](const auto* x, const auto* y) {
                      return x->first == y->first && same(x->second, y->second);
                    });
}

// Replaces a value that is there by itself and by another.
void require_replaceable(std::string_view text, const Value& before) {
  Result<Editor> editor = Editor::open(std::string(text), "f");
  if (!editor || before.members.empty()) return;
  const std::string name = before.members.back().first;
  const std::array<std::string_view, 1> path = {name};
  const Value& old = before.members.back().second;
  require(editor->set(path, text.substr(old.begin, old.end - old.begin)).has_value() &&
              editor->text() == text,
          "an equal value stays as it is written");
  constexpr std::string_view kOther = R"({"a": [1, {"b": null}], "c": true})";
  require(editor->set(path, kOther).has_value(), "a member can be replaced");
  const auto other = parse(kOther, "other");
  const Value* now = editor->root().find(name);
  require(now != nullptr && same(*now, *other), "a value that was replaced is there");
  require(same_beside(before, editor->root(), name), "a replacement changes nothing else");
  const std::string edited = editor->text();
  require(
      editor->set(path, R"({"a":[1,{"b":null}],"c":true})").has_value() && editor->text() == edited,
      "an equal value stays as it is written");
}

void require_editable(std::string_view text, const Value& before, Editor::Placement placement) {
  Result<Editor> editor = Editor::open(std::string(text), "f");
  require(editor.has_value() == before.is_object(), "objects can be edited");
  if (!editor) return;
  const std::array<std::string_view, 2> path = {"dependencies", "\xC3\xA9\"b"};
  if (!editor->set(path, "\"^1\"", placement)) {
    require(editor->text() == text, "a failed edit changes nothing");
    return;
  }
  const Value* parent = editor->root().find(path[0]);
  require(parent != nullptr && parent->text_at(path[1]) == "^1", "a value that was set is there");
  require(same_beside(before, editor->root(), path[0]), "an edit changes nothing else");
  const auto again = parse(editor->text(), "again");
  require(again && same(*again, editor->root()), "the edited text means the edited document");

  const Result<bool> removed = editor->remove(path, true);
  require(removed && *removed, "a value that was set can be removed");
  parent = editor->root().find(path[0]);
  require(parent == nullptr || parent->find(path[1]) == nullptr,
          "a value that was removed is gone");
  require(same_beside(before, editor->root(), path[0]), "a removal changes nothing else");
}

}  // namespace
}  // namespace lpm::formats::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats::json;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  (void)parse(text, "f", {.comments = true, .max_depth = 20});
  const lpm::Result<Value> value = parse(text, "f");
  if (!value) {
    require(value.error().where.starts_with("f:"), "an error names its place");
    return 0;
  }
  const lpm::Result<Value> commented = parse(text, "f", {.comments = true});
  require(commented && same(*commented, *value), "a strict document may have comments, too");
  require_sound(*value, text);
  require_round_trip(*value);
  require_editable(text, *value, Editor::Placement::Sorted);
  require_editable(text, *value, Editor::Placement::Last);
  require_replaceable(text, *value);
  return 0;
}
