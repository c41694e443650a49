#include "workspace/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "formats/json.h"
#include "formats/yaml.h"

namespace lpm::workspace {
namespace {

namespace yaml = formats::yaml;

constexpr std::string_view kManifestFile = "package.json";
constexpr auto kRules = std::to_array<std::string_view>(
    {"overrides", "packageExtensions", "patchedDependencies", "peerDependencyRules"});

// "package.json:4:18", of the pattern with this index.
std::string place_of_pattern(std::string_view text, std::size_t index) {
  const auto root = formats::json::parse(text, kManifestFile);
  const formats::json::Value* list = root ? root->find("workspaces") : nullptr;
  if (list != nullptr && list->is_object()) list = list->find("packages");
  if (list == nullptr || !list->is_array() || index >= list->items.size())
    return std::string(kManifestFile);
  const auto position = formats::json::position_of(text, list->items[index].begin);
  return fmt::format("{}:{}:{}", kManifestFile, position.line, position.column);
}

bool add_pattern(Definition& definition, std::string_view written) {
  std::optional<std::vector<Pattern>> patterns = parse_pattern(written);
  if (!patterns) return false;
  for (Pattern& pattern : *patterns) definition.patterns.push_back(std::move(pattern));
  return true;
}

Error bad_pattern(std::string_view written, std::string place) {
  return Error(ErrorCode::BAD_WORKSPACE,
               fmt::format("the pattern `{}` of the workspace is not understood", written))
      .at(std::move(place))
      .hint("patterns are relative to this folder and stay below it, for example `packages/*`");
}

// `packages` of pnpm-workspace.yaml.
Status read_packages(const yaml::Value& root, Definition& definition) {
  const yaml::Value* packages = root.find("packages");
  if (packages == nullptr || packages->is_null()) return {};
  const auto place = [](const yaml::Value& value) {
    return fmt::format("{}:{}", kPnpmFile, value.line);
  };
  const bool is_list =
      packages->is_sequence() &&
      std::all_of(packages->children.begin(), packages->children.end(),
                  [](const yaml::Value& item) { return item.is_scalar() && !item.is_null(); });
  if (!is_list)
    return Error(ErrorCode::BAD_WORKSPACE, "`packages` must be a list of patterns")
        .at(place(*packages));
  definition.is_pnpm = true;
  for (const yaml::Value& item : packages->children)
    if (!add_pattern(definition, item.text)) return bad_pattern(item.text, place(item));
  return {};
}

// Numbers and the like count as the texts that they are written as: `a: 1` is a version.
formats::json::Value as_json(const yaml::Value& value) {
  using formats::json::Kind;
  formats::json::Value json;
  if (value.is_null()) return json;
  if (value.is_mapping()) {
    json.kind = Kind::Object;
    for (const yaml::Value& child : value.children)
      json.members.emplace_back(child.key, as_json(child));
  } else if (value.is_sequence()) {
    json.kind = Kind::Array;
    for (const yaml::Value& child : value.children) json.items.push_back(as_json(child));
  } else if (const auto boolean = value.boolean()) {
    json.kind = Kind::Boolean;
    json.boolean = *boolean;
  } else {
    json.kind = Kind::String;
    json.string = value.text;
  }
  return json;
}

void read_rules(const yaml::Value& root, formats::json::Value& rules) {
  for (const std::string_view key : kRules) {
    const yaml::Value* value = root.find(key);
    if (value == nullptr || value->is_null()) continue;
    rules.kind = formats::json::Kind::Object;
    rules.members.emplace_back(key, as_json(*value));
  }
}

}  // namespace

bool Definition::takes(std::string_view path) const {
  const std::vector<std::string_view> parts = split(path, '/');
  if (is_pnpm)
    for (const Pattern& pattern : patterns)
      if (pattern.excludes && matches(pattern, parts)) return false;
  for (auto pattern = patterns.rbegin(); pattern != patterns.rend(); ++pattern)
    if (matches(*pattern, parts)) return !pattern->excludes;
  return false;
}

Result<Definition> read_definition(const manifest::Manifest& manifest, std::string_view text,
                                   std::string_view pnpm_text) {
  Definition definition;
  for (std::size_t i = 0; i < manifest.workspaces.size(); ++i)
    if (!add_pattern(definition, manifest.workspaces[i]))
      return bad_pattern(manifest.workspaces[i], place_of_pattern(text, i));
  LPM_TRY(definition.catalogs.read_manifest(text));
  if (pnpm_text.empty()) return definition;
  LPM_TRY_ASSIGN(const yaml::Value root, yaml::parse(pnpm_text, kPnpmFile));
  if (!root.is_mapping()) return definition;
  LPM_TRY(definition.catalogs.read_yaml(root, kPnpmFile));
  read_rules(root, definition.rules);
  if (manifest.workspaces.empty()) LPM_TRY(read_packages(root, definition));
  return definition;
}

}  // namespace lpm::workspace
