// LayerReader: collects settings from every layer, each file read once, in the order in which
// layers say where other layers are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "formats/json.h"
#include "formats/yaml.h"

namespace lpm::config {

class LayerReader {
 public:
  explicit LayerReader(const ConfigSources& sources) : sources_(sources) {}

  Status read_all();
  std::string unused_keys() const;  // Settings::unused_keys

  std::vector<SettingValue> values;  // in ascending precedence after read_all
  std::vector<std::string> warnings;
  std::vector<std::string> files;
  std::string lpm_home;

 private:
  friend class ForeignFile;

  Status read_command_line();
  Status read_environment();
  Status read_npm_variable(std::string_view name, const std::string& value);
  Status read_own_variable(std::string_view name, const std::string& value);
  Status read_user_files();
  Status read_global_files();
  Status read_project_files();
  Status read_foreign_files();
  Status read_npmrc(const std::string& path, Layer layer, const std::string& shown);
  Status read_toml(const std::string& path);
  Status read_manifest(const std::string& text);
  Status read_manifest_member(std::string_view text, const std::string& name,
                              const formats::json::Value& value);
  Status read_pnpm_workspace();
  Status read_pnpm_registries(const formats::yaml::Value& registries);
  // `values` of nothing: a shape that no setting of lpm's has.
  Status read_pnpm_setting(const std::string& name, std::optional<std::vector<std::string>> values,
                           std::uint32_t line);
  void note_environment_facts();

  // Checks one value and keeps it; `directory` is where relative paths count from.
  Status accept(SettingValue setting, const std::string& directory);
  Status accept_expanded(SettingValue setting, const std::string& directory);
  bool refuse_misplaced(const SettingValue& setting);
  void warn_about_unknown(const SettingValue& setting);
  void warn(const std::string& where, const std::string& text);

  const SettingValue* highest(std::string_view key) const;
  std::string located(std::string_view key, const std::string& otherwise) const;
  std::string global_prefix() const;
  std::string shown(const std::string& path) const;

  struct UnusedKey {
    std::string key;
    std::string where;
    bool is_known;  // by another tool
  };

  const ConfigSources& sources_;
  std::vector<UnusedKey> unused_;
};

// Whether the key asks for what lpm does anyway.
bool is_met_anyway(const SettingValue& setting);

// The rules that need all layers: see docs/settings.md.
void fold_retired_omit_keys(std::vector<SettingValue>& values);
void drop_loosening_values(std::vector<SettingValue>& values, std::vector<std::string>& warnings);

// The last value of `key` among layers below `limit`; null when there is none.
const SettingValue* find_below(const std::vector<SettingValue>& values, std::string_view key,
                               Layer limit);
std::int64_t release_age_below(const std::vector<SettingValue>& values, Layer limit);

constexpr Layer kNoLimit = static_cast<Layer>(255);

}  // namespace lpm::config
