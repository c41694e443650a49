// Editing by splicing text: what is not changed is not touched. After each edit the text is parsed again; files
// of this size take microseconds, and spans can never be stale.
#include <fmt/format.h>

#include <algorithm>

#include "formats/json.h"

namespace lpm::formats::json {
namespace {

// One level of indentation, taken from the first member that stands on its own line; "" for a one-line file.
std::string indentation_of(std::string_view text, const Value& root) {
  if (root.members.empty()) return "  ";
  const std::size_t first = text.find('"', root.begin);
  const std::size_t line = text.rfind('\n', first);
  if (line == std::string_view::npos || line < root.begin) return "";
  return std::string(text.substr(line + 1, first - line - 1));
}

std::string_view line_end_of(std::string_view text) {
  const std::size_t line = text.find('\n');
  return line != std::string_view::npos && line > 0 && text[line - 1] == '\r' ? "\r\n" : "\n";
}

// Where a member's name begins: its opening quote.
std::size_t name_begin(std::string_view text, const Value& object, std::size_t member) {
  const std::size_t from = member == 0 ? object.begin + 1 : object.members[member - 1].second.end;
  return text.find('"', from);
}

std::size_t member_index(const Value& object, std::string_view name) {
  for (std::size_t i = object.members.size(); i-- > 0;)
    if (object.members[i].first == name) return i;
  return object.members.size();
}

// Order of dependency maps as npm writes them: by letters without case first, lower case before upper.
bool sorts_before(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto weight = [&](char c) -> int {
    constexpr std::string_view kPunctuation = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    const std::size_t at = kPunctuation.find(c);
    if (at != std::string_view::npos) return static_cast<int>(at);
    return 256 + static_cast<unsigned char>(lower(c));
  };
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (weight(a[i]) != weight(b[i])) return weight(a[i]) < weight(b[i]);
  if (a.size() != b.size()) return a.size() < b.size();
  return a > b;
}

}  // namespace

Editor::Editor(std::string text, std::string file_name, Value root)
    : text_(std::move(text)), file_name_(std::move(file_name)), root_(std::move(root)) {}

Result<Editor> Editor::open(std::string text, std::string_view file_name) {
  LPM_TRY_ASSIGN(Value root, parse(text, file_name));
  if (!root.is_object())
    return Error(ErrorCode::BAD_JSON, fmt::format("`{}` is not a JSON object", file_name)).at(std::string(file_name));
  return Editor(std::move(text), std::string(file_name), std::move(root));
}

Status Editor::reparse() {
  LPM_TRY_ASSIGN(root_, parse(text_, file_name_));
  return {};
}

Status Editor::set(Path path, std::string_view json_text, Placement placement) {
  const std::string unit = indentation_of(text_, root_);
  const std::string_view line_end = line_end_of(text_);
  const bool one_line = unit.empty();
  const Value* object = &root_;
  std::size_t depth = 0;
  for (; depth < path.size(); ++depth) {
    const std::size_t at = member_index(*object, path[depth]);
    if (at == object->members.size()) break;
    const Value& member = object->members[at].second;
    const bool is_last = depth + 1 == path.size();
    if (is_last || !member.is_object()) {
      // Replaces the value: the wanted one, or something that is in the way of the path.
      std::string text(json_text);
      for (std::size_t level = path.size(); level-- > depth + 1;)
        text = fmt::format("{{{}: {}}}", quote(path[level]), text);
      text_.replace(member.begin, member.end - member.begin, text);
      return reparse();
    }
    object = &member;
  }
  const auto margin = [&](std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i) text += unit;
    return text;
  };
  // The new member, with the objects around it that do not exist yet.
  std::string member(json_text);
  for (std::size_t level = path.size(); level-- > depth;) {
    member = fmt::format("{}:{}{}", quote(path[level]), one_line ? "" : " ", member);
    if (level == depth) break;
    member = one_line ? fmt::format("{{{}}}", member)
                      : fmt::format("{{{}{}{}{}{}}}", line_end, margin(level + 1), member, line_end, margin(level));
  }
  const std::string separator = one_line ? "" : std::string(line_end) + margin(depth + 1);
  if (object->members.empty()) {
    const std::string closing = one_line ? "" : std::string(line_end) + margin(depth);
    text_.replace(object->begin, object->end - object->begin, fmt::format("{{{}{}{}}}", separator, member, closing));
    return reparse();
  }
  std::size_t place = object->members.size();
  if (placement == Placement::Sorted)
    for (place = 0; place < object->members.size(); ++place)
      if (sorts_before(path[depth], object->members[place].first)) break;
  if (place == object->members.size())
    text_.insert(object->members.back().second.end, fmt::format(",{}{}", separator, member));
  else
    text_.insert(name_begin(text_, *object, place), fmt::format("{},{}", member, separator));
  return reparse();
}

Result<bool> Editor::remove(Path path, bool drop_empty_parent) {
  const Value* object = &root_;
  for (const std::string_view name : path.first(path.size() - 1)) {
    object = object->find(name);
    if (object == nullptr || !object->is_object()) return false;
  }
  const std::size_t at = member_index(*object, path.back());
  if (at == object->members.size()) return false;
  if (object->members.size() == 1) {
    if (drop_empty_parent && path.size() > 1) return remove(path.first(path.size() - 1), false);
    text_.replace(object->begin, object->end - object->begin, "{}");
  } else if (at + 1 < object->members.size()) {
    const std::size_t begin = name_begin(text_, *object, at);
    text_.erase(begin, name_begin(text_, *object, at + 1) - begin);
  } else {
    const std::size_t begin = object->members[at - 1].second.end;
    text_.erase(begin, object->members[at].second.end - begin);
  }
  LPM_TRY(reparse());
  return true;
}

}  // namespace lpm::formats::json
