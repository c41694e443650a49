#include <fmt/format.h>

#include "formats/json.h"
#include "workspace/workspace.h"

namespace lpm::workspace {

std::string place_in(const Dependent& dependent, std::string_view field, std::string_view name) {
  std::string file = dependent.path == "." ? "" : std::string(dependent.path) + "/";
  file += "package.json";
  const auto root = formats::json::parse(dependent.text, file);
  const formats::json::Value* map = root ? root->find(field) : nullptr;
  const formats::json::Value* value = map == nullptr ? nullptr : map->find(name);
  if (value == nullptr) return file;
  const auto position = formats::json::position_of(dependent.text, value->begin);
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

}  // namespace lpm::workspace
