// Settings of pnpm-workspace.yaml, where pnpm has had nearly all of its own since version 11. What
// the file says of members, catalogs and rules is read by those whom it concerns.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "config/foreign_keys.h"
#include "config/keys.h"
#include "config/layer_reader.h"
#include "formats/yaml.h"
#include "os/files.h"

namespace lpm::config {
namespace {

using formats::yaml::Value;

constexpr std::string_view kFile = "pnpm-workspace.yaml";
constexpr auto kReadElsewhere =
    std::to_array<std::string_view>({"catalog", "catalogs", "overrides", "packageExtensions",
                                     "packages", "patchedDependencies", "peerDependencyRules"});

std::optional<std::vector<std::string>> texts_of(const Value& value) {
  if (value.is_mapping()) return std::nullopt;
  if (value.is_null()) return std::vector<std::string>();
  if (value.is_scalar()) return std::vector<std::string>{value.text};
  std::vector<std::string> texts;
  for (const Value& item : value.children) {
    if (!item.is_scalar()) return std::nullopt;
    texts.push_back(item.text);
  }
  return texts;
}

}  // namespace

// A file that is not understood is reported by who reads it as a workspace.
Status LayerReader::read_pnpm_workspace() {
  files.push_back(sources_.project_directory + "/" + std::string(kFile));
  const auto text = os::read_file_if_exists(files.back());
  if (!text || !*text) return {};
  const auto root = formats::yaml::parse(**text, kFile);
  if (!root || !root->is_mapping()) return {};
  for (const Value& value : root->children) {
    if (value.key == "registries") {
      LPM_TRY(read_pnpm_registries(value));
      continue;
    }
    if (std::find(kReadElsewhere.begin(), kReadElsewhere.end(), value.key) == kReadElsewhere.end())
      LPM_TRY(read_pnpm_setting(value.key, texts_of(value), value.line));
  }
  return {};
}

// `default` and scopes.
Status LayerReader::read_pnpm_registries(const formats::yaml::Value& registries) {
  for (const Value& registry : registries.children) {
    if (!registry.is_scalar()) continue;
    const bool is_default = registry.key == "default";
    SettingValue setting{is_default ? "registry" : registry.key + ":registry",
                         {registry.text},
                         Layer::ProjectForeign,
                         fmt::format("{}:{}", kFile, registry.line),
                         false};
    LPM_TRY(accept_expanded(std::move(setting), sources_.project_directory));
  }
  return {};
}

Status LayerReader::read_pnpm_setting(const std::string& name,
                                      std::optional<std::vector<std::string>> values,
                                      std::uint32_t line) {
  const std::string written = from_camel_case(name);
  SettingValue setting{
      written, {}, Layer::ProjectForeign, fmt::format("{}:{}", kFile, line), false};
  const bool is_ours = find_setting(canonical_key(written)) != nullptr && values.has_value();
  if (values) setting.values = std::move(*values);
  // pnpm counts in minutes.
  if (written == "minimum-release-age" && setting.values.size() == 1) setting.values[0] += "m";
  if (is_ours) return accept(std::move(setting), sources_.project_directory);
  if (!is_met_anyway(setting)) unused_.push_back({name, setting.where, /*is_known=*/true});
  return {};
}

}  // namespace lpm::config
