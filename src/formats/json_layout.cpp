#include "formats/json_layout.h"

#include <algorithm>

namespace lpm::formats::json {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// White space before the name of a member, behind the comma or the brace.
std::string_view gap_before(std::string_view text, const Value& object, std::size_t member) {
  const std::size_t name = name_begin(text, object, member);
  const std::size_t before = text.find_last_not_of(kSpace, name - 1);
  return text.substr(before + 1, name - before - 1);
}

bool has_line_break(std::string_view text) {
  return text.find('\n') != std::string_view::npos;
}

std::string_view behind_line_break(std::string_view gap) {
  return gap.substr(gap.rfind('\n') + 1);
}

std::size_t name_end(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

std::string colon_in(std::string_view text, const Value& object) {
  const std::size_t begin = name_end(text, name_begin(text, object, 0));
  const std::string_view colon = text.substr(begin, object.members[0].second.begin - begin);
  return has_line_break(colon) ? ": " : std::string(colon);
}

std::string line_end_in(std::string_view text) {
  const std::size_t line = text.find('\n');
  return line != std::string_view::npos && line > 0 && text[line - 1] == '\r' ? "\r\n" : "\n";
}

}  // namespace

Layout layout_of(std::string_view text, const Value& root) {
  if (root.members.empty()) return {false, "  ", line_end_in(text), ": "};
  Layout layout{true, "", line_end_in(text), colon_in(text, root)};
  for (std::size_t i = 0; i < root.members.size() && layout.is_one_line; ++i) {
    const std::string_view gap = gap_before(text, root, i);
    if (!has_line_break(gap)) continue;
    layout.is_one_line = false;
    layout.unit = behind_line_break(gap);
  }
  return layout;
}

Layout on_one_line(Layout layout) {
  layout.is_one_line = true;
  return layout;
}

std::string_view margin_at(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = text.find_first_not_of(" \t", start);
  return text.substr(start, std::min(end, text.size()) - start);
}

std::size_t name_begin(std::string_view text, const Value& object, std::size_t member) {
  return text.find('"', member == 0 ? object.begin + 1 : object.members[member - 1].second.end);
}

std::string separator_in(std::string_view text, const Value& object, const Layout& layout) {
  const bool has_two = object.members.size() > 1;
  const std::string_view gap = gap_before(text, object, has_two ? 1 : 0);
  if (has_line_break(gap)) return layout.line_end + std::string(behind_line_break(gap));
  if (has_two) return std::string(gap);
  return layout.colon.ends_with(' ') ? " " : "";
}

std::string laid_out(const Value& value, std::string_view source, const Layout& layout,
                     std::string_view margin) {
  const bool is_empty = value.items.empty() && value.members.empty();
  if (is_empty) return std::string(source.substr(value.begin, value.end - value.begin));
  const std::string inner = std::string(margin) + layout.unit;
  const std::string first = layout.is_one_line ? "" : layout.line_end + inner;
  const std::string next =
      layout.is_one_line ? (layout.colon.ends_with(' ') ? ", " : ",") : "," + first;
  std::string out(1, value.is_object() ? '{' : '[');
  const auto begin_item = [&] { out += out.size() == 1 ? first : next; };
  for (const Value& item : value.items) {
    begin_item();
    out += laid_out(item, source, layout, inner);
  }
  for (const auto& [name, member] : value.members) {
    begin_item();
    out += quote(name) + layout.colon + laid_out(member, source, layout, inner);
  }
  if (!layout.is_one_line) out += layout.line_end + std::string(margin);
  out += value.is_object() ? '}' : ']';
  return out;
}

bool is_equal(const Value& a, const Value& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::Null:
      return true;
    case Kind::Boolean:
      return a.boolean == b.boolean;
    case Kind::Number:
      return a.string == b.string;
    case Kind::String:
      return a.string == b.string;
    case Kind::Array:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), is_equal);
    case Kind::Object:
      return std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                        [](const auto& x, const auto& y) {
                          return x.first == y.first && is_equal(x.second, y.second);
                        });
  }
  return false;
}

}  // namespace lpm::formats::json
