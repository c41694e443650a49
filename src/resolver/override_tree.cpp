#include "resolver/override_tree.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace lpm::resolver {
namespace {

using formats::json::Kind;
using formats::json::Value;

constexpr std::string_view kItself = ".";
constexpr int kDeepest = 64;

Error bad_override(std::string what) {
  return Error(ErrorCode::BAD_OVERRIDE, std::move(what)).at("package.json");
}

// `a@>=1>b` has one separator: a `>` behind a name or a version, and not that of a range.
std::size_t find_separator(std::string_view key) {
  for (std::size_t i = 1; i + 1 < key.size(); ++i)
    if (key[i] == '>' && key[i + 1] != '=' && std::string_view(" @|").find(key[i - 1]) == key.npos)
      return i;
  return key.npos;
}

// `@s/a/**/b` as `@s/a`, `b`. A range may hold no slash.
std::vector<std::string> split_folders(std::string_view key) {
  std::vector<std::string> parts;
  bool is_in_scope = false;
  for (const std::string_view part : split(key, '/')) {
    if (is_in_scope)
      parts.back().append("/").append(part);
    else if (part != "**")
      parts.emplace_back(part);
    is_in_scope = !is_in_scope && part.starts_with('@');
  }
  return parts;
}

std::vector<std::string> path_of(std::string_view key) {
  std::vector<std::string> parts;
  for (std::size_t at = find_separator(key); at != key.npos; at = find_separator(key)) {
    parts.emplace_back(trim(key.substr(0, at)));
    key = trim(key.substr(at + 1));
  }
  if (parts.empty()) return split_folders(key);
  parts.emplace_back(key);
  return parts;
}

Value* find_member(Value& object, std::string_view key) {
  const auto found = std::find_if(object.members.begin(), object.members.end(),
                                  [key](const auto& member) { return member.first == key; });
  return found == object.members.end() ? nullptr : &found->second;
}

Value object() {
  Value value;
  value.kind = Kind::Object;
  return value;
}

// `"a": "1"` means the same as `"a": {".": "1"}`.
void make_object(Value& value) {
  if (value.is_object()) return;
  Value whole = object();
  whole.members.emplace_back(kItself, std::move(value));
  value = std::move(whole);
}

// What the tree has already stays.
void lay_under(Value& tree, const std::string& key, Value value, int depth) {
  Value* present = find_member(tree, key);
  if (present == nullptr) {
    tree.members.emplace_back(key, std::move(value));
    return;
  }
  if ((!present->is_object() && !value.is_object()) || depth > kDeepest) return;
  make_object(*present);
  make_object(value);
  for (auto& [below, inner] : value.members)
    lay_under(*present, below, std::move(inner), depth + 1);
}

}  // namespace

Result<Value> override_tree(const manifest::Manifest& root) {
  Value tree = object();
  if (const Value* own = root.lpm.is_object() ? root.lpm.find("overrides") : nullptr) {
    if (!own->is_object()) return bad_override("`lpm.overrides` is not an object");
    for (const auto& [key, written] : own->members) {
      std::vector<std::string> path = path_of(key);
      if (path.empty() || path.size() > kDeepest)
        return bad_override("override `" + key + "` does not name a package");
      Value value = written;
      for (; path.size() > 1; path.pop_back()) {
        Value above = object();
        above.members.emplace_back(path.back(), std::move(value));
        value = std::move(above);
      }
      lay_under(tree, path.front(), std::move(value), 0);
    }
  }
  if (root.overrides.kind == Kind::Null) return tree;
  if (!root.overrides.is_object()) return bad_override("`overrides` is not an object");
  for (const auto& [key, value] : root.overrides.members) lay_under(tree, key, value, 0);
  return tree;
}

}  // namespace lpm::resolver
