// Editing by splicing text: what is not changed is not touched. After each edit the text is parsed
// again; files of this size take microseconds, and spans can never be stale.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "formats/json.h"
#include "formats/json_layout.h"

namespace lpm::formats::json {
namespace {

// The last of its name counts; the number of members when there is none.
std::size_t member_index(const Value& object, std::string_view name) {
  for (std::size_t i = object.members.size(); i-- > 0;)
    if (object.members[i].first == name) return i;
  return object.members.size();
}

// The order of `localeCompare` in English, in which npm writes dependency maps: punctuation before
// digits before letters, letters without case first, then lower case before upper.
int collation_weight(char c) {
  constexpr std::string_view kPunctuation = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
  const std::size_t at = kPunctuation.find(c);
  if (at != std::string_view::npos) return static_cast<int>(at);
  const bool is_upper = c >= 'A' && c <= 'Z';
  return 0x100 + static_cast<unsigned char>(is_upper ? c + ('a' - 'A') : c);
}

bool sorts_before(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const int left = collation_weight(a[i]), right = collation_weight(b[i]);
    if (left != right) return left < right;
  }
  return a.size() != b.size() ? a.size() < b.size() : a > b;
}

// Before the first member that sorts behind `name`, or at the end.
std::size_t sorted_place(const Value& object, std::string_view name) {
  const auto place =
      std::find_if(object.members.begin(), object.members.end(),
                   [name](const auto& member) { return sorts_before(name, member.first); });
  return static_cast<std::size_t>(place - object.members.begin());
}

}  // namespace

Editor::Editor(std::string text, std::string file_name, Value root)
    : text_(std::move(text)), file_name_(std::move(file_name)), root_(std::move(root)) {}

Result<Editor> Editor::open(std::string text, std::string_view file_name) {
  LPM_TRY_ASSIGN(Value root, parse(text, file_name));
  if (!root.is_object())
    return Error(ErrorCode::BAD_JSON, fmt::format("`{}` is not a JSON object", file_name))
        .at(std::string(file_name));
  return Editor(std::move(text), std::string(file_name), std::move(root));
}

Status Editor::splice(std::size_t begin, std::size_t end, std::string_view replacement) {
  std::string text = text_;
  text.replace(begin, end - begin, replacement);
  LPM_TRY_ASSIGN(root_, parse(text, file_name_));
  text_ = std::move(text);
  return {};
}

Status Editor::set(Path path, std::string_view json_text, Placement placement) {
  assert(!path.empty());
  LPM_TRY_ASSIGN(const Value wanted, parse(json_text, path.back()));
  const Value* object = &root_;
  for (std::size_t depth = 0;; ++depth) {
    const std::size_t at = member_index(*object, path[depth]);
    if (at == object->members.size())
      return insert(*object, path.subspan(depth), json_text, placement);
    const Value& member = object->members[at].second;
    if (depth + 1 == path.size()) return replace(member, wanted, json_text);
    if (!member.is_object()) {
      const Position position = position_of(text_, member.begin);
      return Error(ErrorCode::BAD_JSON,
                   fmt::format("`{}` of `{}` is not an object", path[depth], file_name_))
          .at(fmt::format("{}:{}:{}", file_name_, position.line, position.column));
    }
    object = &member;
  }
}

Status Editor::replace(const Value& member, const Value& wanted, std::string_view json_text) {
  if (is_equal(member, wanted)) return {};
  const std::string_view text = text_;
  const std::string_view old = text.substr(member.begin, member.end - member.begin);
  Layout layout = layout_of(text, root_);
  const bool was_filled = !member.items.empty() || !member.members.empty();
  if (was_filled && old.find('\n') == std::string_view::npos)
    layout = on_one_line(std::move(layout));
  return splice(member.begin, member.end,
                laid_out(wanted, json_text, layout, margin_at(text, member.begin)));
}

Status Editor::insert(const Value& object, Path path, std::string_view json_text,
                      Placement placement) {
  // The value with the objects around it that do not exist yet.
  std::string nested(json_text);
  for (std::size_t level = path.size(); level-- > 1;)
    nested = fmt::format("{{{}:{}}}", quote(path[level]), nested);
  LPM_TRY_ASSIGN(const Value value, parse(nested, path.front()));

  Layout layout = layout_of(text_, root_);
  const std::string outer(margin_at(text_, object.begin));
  const auto member_at = [&](std::string_view margin) {
    return quote(path.front()) + layout.colon + laid_out(value, nested, layout, margin);
  };
  if (object.members.empty()) {
    const std::string inner = outer + layout.unit;
    return splice(object.begin, object.end,
                  layout.is_one_line ? fmt::format("{{{}}}", member_at(""))
                                     : fmt::format("{{{0}{1}{2}{0}{3}}}", layout.line_end, inner,
                                                   member_at(inner), outer));
  }
  const std::string separator = separator_in(text_, object, layout);
  if (separator.find('\n') == std::string::npos) layout = on_one_line(std::move(layout));
  const std::string member = member_at(separator.substr(separator.rfind('\n') + 1));
  // A map that does not exist yet goes to the end of its object: only entries of a map are sorted.
  const bool is_sorted = placement == Placement::Sorted && path.size() == 1;
  const std::size_t place = is_sorted ? sorted_place(object, path.front()) : object.members.size();
  if (place == object.members.size()) {
    const std::size_t end = object.members.back().second.end;
    return splice(end, end, fmt::format(",{}{}", separator, member));
  }
  const std::size_t begin = name_begin(text_, object, place);
  return splice(begin, begin, fmt::format("{},{}", member, separator));
}

Result<bool> Editor::remove(Path path, bool drop_empty_parent) {
  assert(!path.empty());
  const Value* object = &root_;
  for (const std::string_view name : path.first(path.size() - 1)) {
    object = object->find(name);
    if (object == nullptr || !object->is_object()) return false;
  }
  const std::size_t at = member_index(*object, path.back());
  const std::size_t count = object->members.size();
  if (at == count) return false;
  if (count == 1) {
    if (drop_empty_parent && path.size() > 1) return remove(path.first(path.size() - 1));
    LPM_TRY(splice(object->begin, object->end, "{}"));
  } else if (at + 1 < count) {
    LPM_TRY(splice(name_begin(text_, *object, at), name_begin(text_, *object, at + 1), ""));
  } else {
    LPM_TRY(splice(object->members[at - 1].second.end, object->members[at].second.end, ""));
  }
  // An earlier member of the same name would count now.
  LPM_TRY(remove(path, drop_empty_parent));
  return true;
}

}  // namespace lpm::formats::json
