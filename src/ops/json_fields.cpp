#include "ops/json_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace lpm::ops {
namespace {

using formats::json::Kind;
using formats::json::Value;

Error bad_field(std::string_view text) {
  return Error(ErrorCode::USAGE, fmt::format("`{}` names no field", text))
      .hint("for example `scripts.test` or `contributors[0].name`");
}

FieldStep bracket_step(std::string_view inside) {
  if (inside.empty()) return {FieldStep::Kind::Append, "", 0};
  if (const auto index = parse_decimal(inside); index && *index < 100'000)
    return {FieldStep::Kind::Index, std::string(inside), static_cast<std::size_t>(*index)};
  return {FieldStep::Kind::Member, std::string(inside), 0};
}

std::string with_member(const std::string& place, const std::string& name) {
  if (name.empty() || name.find_first_of(".[]") != name.npos)
    return fmt::format("{}[{}]", place, name);
  return place.empty() ? name : place + "." + name;
}

Value* member_of(Value& object, std::string_view name) {
  const auto found = std::find_if(object.members.rbegin(), object.members.rend(),
                                  [&](const auto& member) { return member.first == name; });
  return found == object.members.rend() ? nullptr : &found->second;
}

void find_below(const Value& value, const FieldPath& path, std::size_t at, const std::string& place,
                FoundFields& found) {
  if (at == path.size()) {
    found.emplace_back(place, &value);
    return;
  }
  const FieldStep& step = path[at];
  const bool is_named = step.kind != FieldStep::Kind::Append;
  if (value.is_object() && is_named) {
    if (const Value* member = value.find(step.name))
      find_below(*member, path, at + 1, with_member(place, step.name), found);
    return;
  }
  if (!value.is_array()) return;
  const bool takes_all = step.kind != FieldStep::Kind::Index;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (!takes_all && i != step.index) continue;
    const std::size_t next = step.kind == FieldStep::Kind::Member ? at : at + 1;
    find_below(value.items[i], path, next, fmt::format("{}[{}]", place, i), found);
  }
}

std::string_view spoken(Kind kind) {
  switch (kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "true or false";
    case Kind::Number:
      return "a number";
    case Kind::String:
      return "a text";
    case Kind::Array:
      return "a list";
    case Kind::Object:
      return "an object";
  }
  return "";
}

Error no_way(const Value& value, const FieldStep& step, const std::string& place) {
  Error error(ErrorCode::USAGE,
              fmt::format("nothing can be set in `{}`, which is {}", place, spoken(value.kind)));
  if (value.is_object())
    return std::move(error).hint(fmt::format("name what is in it: `{}.NAME`", place));
  if (!value.is_array())
    return std::move(error).hint(fmt::format("`lpm pkg delete {}` takes it out", place));
  error.what = fmt::format("`{}` is a list, and `{}` is no item of it", place, step.name);
  if (step.kind == FieldStep::Kind::Index)
    error.what = fmt::format("`{}` has {}, and item {} would leave a gap", place,
                             count_of(value.items.size(), "item"), step.name);
  return std::move(error).hint(
      fmt::format("`{}[0]` is the first item, `{}[]` a new one", place, place));
}

// The place of one step, made when it is missing.
Result<Value*> step_into(Value& value, const FieldStep& step, const std::string& place) {
  const bool is_list_step = step.kind != FieldStep::Kind::Member;
  if (value.kind == Kind::Null) value.kind = is_list_step ? Kind::Array : Kind::Object;
  if (value.is_object() && step.kind != FieldStep::Kind::Append) {
    if (Value* member = member_of(value, step.name)) return member;
    value.members.emplace_back(step.name, Value());
    return &value.members.back().second;
  }
  if (!value.is_array() || !is_list_step) return no_way(value, step, place);
  const std::size_t index = step.kind == FieldStep::Kind::Append ? value.items.size() : step.index;
  if (index > value.items.size()) return no_way(value, step, place);
  if (index == value.items.size()) value.items.emplace_back();
  return &value.items[index];
}

}  // namespace

Result<FieldPath> parse_field(std::string_view text) {
  FieldPath path;
  std::string_view rest = text;
  while (!rest.empty()) {
    if (rest.front() == '[') {
      const std::size_t end = rest.find(']');
      if (end == rest.npos) return bad_field(text);
      path.push_back(bracket_step(rest.substr(1, end - 1)));
      rest.remove_prefix(end + 1);
      if (rest.starts_with('.')) rest.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(rest.find_first_of(".["), rest.size());
    if (end == 0) return bad_field(text);
    path.push_back({FieldStep::Kind::Member, std::string(rest.substr(0, end)), 0});
    rest.remove_prefix(end);
    if (!rest.starts_with('.')) continue;
    rest.remove_prefix(1);
    if (rest.empty()) return bad_field(text);
  }
  if (path.empty()) return bad_field(text);
  return path;
}

bool leads_to(const FieldPath& path, std::string_view place) {
  const Result<FieldPath> other = parse_field(place);
  return other &&
         std::equal(path.begin(), path.end(), other->begin(), other->end(),
                    [](const FieldStep& a, const FieldStep& b) { return a.name == b.name; });
}

FoundFields find_fields(const Value& root, const FieldPath& path) {
  FoundFields found;
  find_below(root, path, 0, "", found);
  return found;
}

Status set_field(Value& root, const FieldPath& path, Value value) {
  Value* place = &root;
  std::string spelled;
  for (const FieldStep& step : path) {
    // Programs that copy package.json member by member would change all their objects.
    if (step.name == "__proto__")
      return Error(ErrorCode::USAGE, "`__proto__` is no name for a field");
    LPM_TRY_ASSIGN(place, step_into(*place, step, spelled));
    const bool is_member = step.kind == FieldStep::Kind::Member;
    spelled =
        is_member ? with_member(spelled, step.name) : fmt::format("{}[{}]", spelled, step.name);
  }
  *place = std::move(value);
  return {};
}

bool remove_field(Value& root, const FieldPath& path) {
  Value* place = &root;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    Value* next = nullptr;
    if (place->is_object())
      next = member_of(*place, path[i].name);
    else if (place->is_array() && path[i].kind == FieldStep::Kind::Index &&
             path[i].index < place->items.size())
      next = &place->items[path[i].index];
    if (next == nullptr) return false;
    place = next;
  }
  const FieldStep& last = path.back();
  if (place->is_object())
    return std::erase_if(place->members,
                         [&](const auto& member) { return member.first == last.name; }) > 0;
  const bool is_item =
      place->is_array() && last.kind == FieldStep::Kind::Index && last.index < place->items.size();
  if (is_item) place->items.erase(place->items.begin() + static_cast<std::ptrdiff_t>(last.index));
  return is_item;
}

void write_value(formats::json::Writer& writer, const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      writer.null();
      return;
    case Kind::Boolean:
      writer.value(value.boolean);
      return;
    case Kind::Number:
      writer.raw(value.string);
      return;
    case Kind::String:
      writer.value(value.string);
      return;
    case Kind::Array:
      writer.begin_array();
      for (const Value& item : value.items) write_value(writer, item);
      writer.end_array();
      return;
    case Kind::Object:
      writer.begin_object();
      for (const auto& [name, member] : value.members) {
        writer.key(name);
        write_value(writer, member);
      }
      writer.end_object();
      return;
  }
}

std::string json_text(const Value& value) {
  formats::json::Writer writer;
  write_value(writer, value);
  std::string text = writer.take();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

Value text_value(std::string text) {
  Value value;
  value.kind = Kind::String;
  value.string = std::move(text);
  return value;
}

}  // namespace lpm::ops
