// Settings from files: .npmrc, config.toml and package.json.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "config/expand_variables.h"
#include "config/keys.h"
#include "config/layer_reader.h"
#include "formats/ini.h"
#include "formats/json.h"
#include "formats/toml.h"
#include "os/files.h"

namespace lpm::config {
namespace {

using formats::json::Kind;
using formats::json::Value;

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// Absent is nothing, also when a part of the path is no folder (HOME=/dev/null) or the file is a
// folder.
Result<std::optional<std::string>> read_config_file(const std::string& path) {
  auto text = os::read_file_if_exists(path);
  if (!text && os::stamp(path).type != os::FileType::Regular) return std::optional<std::string>();
  return text;
}

// npm's list rule: after one `key[]` line every line of that key adds to the list; else the last
// one counts.
std::vector<SettingValue> merge_entries(const std::vector<formats::IniEntry>& entries) {
  std::vector<SettingValue> merged;
  std::vector<bool> is_list;
  std::unordered_map<std::string, std::size_t> index;
  for (const formats::IniEntry& entry : entries) {
    const auto [found, is_new] = index.emplace(entry.key, merged.size());
    if (is_new) {
      merged.push_back({entry.key, {}, Layer::Default, {}, false});
      is_list.push_back(false);
    }
    SettingValue& setting = merged[found->second];
    if (entry.is_list_item) is_list[found->second] = true;
    if (!is_list[found->second]) setting.values.clear();
    setting.values.push_back(entry.has_value ? entry.value : "true");
    setting.where = std::to_string(entry.line);
  }
  return merged;
}

// The text of a value in package.json; nothing when a setting cannot have this shape.
std::optional<std::vector<std::string>> texts_of(const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      return std::vector<std::string>();
    case Kind::Boolean:
      return std::vector<std::string>{value.boolean ? "true" : "false"};
    case Kind::Number:
    case Kind::String:
      return std::vector<std::string>{value.string};
    case Kind::Array:
      break;
    case Kind::Object:
      return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const Value& item : value.items) {
    if (!item.is_string()) return std::nullopt;
    texts.push_back(item.string);
  }
  return texts;
}

}  // namespace

Status LayerReader::read_npmrc(const std::string& path, Layer layer,
                               const std::string& shown_path) {
  files.push_back(path);
  LPM_TRY_ASSIGN(const auto text, read_config_file(path));
  if (!text) return {};
  const std::string directory =
      layer == Layer::ProjectNpmrc ? sources_.project_directory : folder_of(path);
  for (SettingValue& setting : merge_entries(formats::parse_ini(*text))) {
    setting.layer = layer;
    setting.key = expand_variables(setting.key, sources_.environment).text;
    setting.where = fmt::format("{}:{}", shown_path, setting.where);
    LPM_TRY(accept_expanded(std::move(setting), directory));
  }
  return {};
}

Status LayerReader::read_toml(const std::string& path) {
  files.push_back(path);
  LPM_TRY_ASSIGN(const auto text, read_config_file(path));
  if (!text) return {};
  LPM_TRY_ASSIGN(std::vector<formats::TomlEntry> entries, formats::parse_toml(*text, shown(path)));
  for (formats::TomlEntry& entry : entries) {
    std::string where = fmt::format("{}:{}", shown(path), entry.line);
    if (is_secret_key(entry.key) || canonical_key(entry.key) == "lpm-home") {
      warn(where, fmt::format("`{}` is ignored: it cannot be set here", entry.key));
      continue;
    }
    SettingValue setting{entry.key, std::move(entry.values), Layer::UserToml, std::move(where),
                         false};
    LPM_TRY(accept(std::move(setting), lpm_home));
  }
  return {};
}

// A manifest that is no JSON object is reported by who reads it as a manifest.
Status LayerReader::read_manifest(const std::string& text) {
  if (text.find("\"lpm\"") == std::string::npos) return {};
  const auto root = formats::json::parse(text, "package.json");
  const Value* own = root && root->is_object() ? root->find("lpm") : nullptr;
  if (own == nullptr || !own->is_object()) return {};
  std::unordered_map<std::string_view, const Value*> last;
  for (const auto& [name, value] : own->members) last[name] = &value;
  for (const auto& [name, value] : own->members) {
    if (&value == last[name]) LPM_TRY(read_manifest_member(text, name, value));
  }
  return {};
}

Status LayerReader::read_manifest_member(std::string_view text, const std::string& name,
                                         const Value& value) {
  const auto position = formats::json::position_of(text, value.begin);
  const std::string where = fmt::format("package.json:{}:{}", position.line, position.column);
  SettingValue setting{
      canonical_key(from_camel_case(name)), {}, Layer::ProjectManifest, where, false};
  const SettingInfo* info = find_setting(setting.key);
  if (info == nullptr) {
    warn_about_unknown(setting);  // `lpm` holds more than settings
    return {};
  }
  if (!info->is_own) {
    warn(where, fmt::format("`lpm.{}` is ignored: `{}` is read from .npmrc", name, setting.key));
    return {};
  }
  auto texts = texts_of(value);
  if (!texts) {
    return Error(
               ErrorCode::BAD_CONFIG,
               fmt::format(
                   "setting `lpm.{}` must be a text, a number, a boolean or a list of texts", name))
        .at(where);
  }
  setting.values = std::move(*texts);
  return accept(std::move(setting), sources_.project_directory);
}

}  // namespace lpm::config
