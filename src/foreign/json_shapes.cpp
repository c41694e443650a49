#include <algorithm>

#include "foreign/readers.h"

namespace lpm::foreign {

using formats::json::Value;

void add_json_edges(std::vector<Edge>& edges, const Value* map, manifest::DependencyKind kind) {
  if (map == nullptr || !map->is_object()) return;
  for (const auto& [name, spec] : map->members)
    if (spec.is_string() && graph::is_linkable_name(name))
      edges.push_back({name, spec.string, kind, kNoEntry});
}

std::vector<std::string> json_texts(const Value* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  if (value->is_string()) texts.push_back(value->string);
  for (const Value& item : value->items)
    if (item.is_string()) texts.push_back(item.string);
  return texts;
}

manifest::PlatformFilter json_platform(const Value& object) {
  return {json_texts(object.find("os")), json_texts(object.find("cpu")),
          json_texts(object.find("libc"))};
}

bool json_flag(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->kind == formats::json::Kind::Boolean && value->boolean;
}

}  // namespace lpm::foreign
