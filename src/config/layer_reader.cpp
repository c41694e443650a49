#include "config/layer_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "config/check_value.h"
#include "config/expand_variables.h"
#include "config/foreign_keys.h"
#include "config/keys.h"
#include "os/files.h"

namespace lpm::config {
bool is_met_anyway(const SettingValue& setting) {
  const ForeignKey* foreign = find_foreign_key(setting.key);
  return foreign != nullptr && !foreign->met_anyway.empty() && !setting.values.empty() &&
         setting.values.back() == foreign->met_anyway;
}

Status LayerReader::read_all() {
  SettingValue registry{
      "registry", {std::string(builtin_registry())}, Layer::Builtin, "built-in", false};
  values.push_back(std::move(registry));
  note_environment_facts();
  LPM_TRY(read_command_line());
  LPM_TRY(read_environment());
  LPM_TRY(read_user_files());
  LPM_TRY(read_global_files());
  LPM_TRY(read_project_files());
  std::stable_sort(values.begin(), values.end(),
                   [](const SettingValue& a, const SettingValue& b) { return a.layer < b.layer; });
  drop_loosening_values(values, warnings);
  fold_retired_omit_keys(values);
  return {};
}

Status LayerReader::read_command_line() {
  for (SettingValue setting : sources_.command_line) {
    setting.layer = Layer::CommandLine;
    if (setting.where.empty()) setting.where = "--" + setting.key;
    LPM_TRY(accept(std::move(setting), os::current_directory()));
  }
  return {};
}

// The user's files say where npm's global ones are; lpm's own home is told by the environment or
// the user.
Status LayerReader::read_user_files() {
  if (sources_.home.empty()) {
    lpm_home = located("lpm-home", "");
  } else {
    const std::string npmrc = located("userconfig", sources_.home + "/.npmrc");
    LPM_TRY(read_npmrc(npmrc, Layer::UserNpmrc, shown(npmrc)));
    lpm_home = located("lpm-home", sources_.home + "/.lpm");
  }
  if (lpm_home.empty()) return {};
  return read_toml(lpm_home + "/config.toml");
}

Status LayerReader::read_global_files() {
  if (const std::string named = located("globalconfig", ""); !named.empty()) {
    return read_npmrc(named, Layer::GlobalNpmrc, named);
  }
  LPM_TRY(read_npmrc("/etc/npmrc", Layer::GlobalNpmrc, "/etc/npmrc"));
  const std::string prefix = located("prefix", global_prefix());
  if (prefix.empty() || prefix == "/") return {};
  const std::string path = prefix + "/etc/npmrc";
  return read_npmrc(path, Layer::GlobalNpmrc, path);
}

// npm's default prefix: two folders above the real `node`.
std::string LayerReader::global_prefix() const {
  const std::string* path_list = find_variable(sources_.environment, "PATH");
  if (path_list == nullptr) return {};
  const auto node = os::find_executable("node", *path_list);
  if (!node) return {};
  auto real = os::real_path(*node);
  if (!real) return {};
  for (int i = 0; i < 2; ++i) real->resize(std::max<std::size_t>(real->find_last_of('/'), 1));
  return *real;
}

Status LayerReader::read_project_files() {
  if (sources_.project_directory.empty()) return {};
  LPM_TRY(read_foreign_files());
  LPM_TRY(read_pnpm_workspace());
  if (sources_.manifest_text) {
    LPM_TRY(read_manifest(*sources_.manifest_text));
  } else {
    auto text = os::read_file_if_exists(sources_.project_directory + "/package.json");
    if (text && *text) LPM_TRY(read_manifest(**text));
  }
  const std::string npmrc = sources_.project_directory + "/.npmrc";
  if (npmrc == located("userconfig", sources_.home + "/.npmrc")) return {};
  return read_npmrc(npmrc, Layer::ProjectNpmrc, ".npmrc");
}

Status LayerReader::accept_expanded(SettingValue setting, const std::string& directory) {
  std::vector<std::string> unset;
  for (std::string& value : setting.values) {
    Expansion expansion = expand_variables(value, sources_.environment);
    value = std::move(expansion.text);
    for (std::string& name : expansion.unset) unset.push_back(std::move(name));
  }
  if (!unset.empty() && is_secret_key(setting.key)) {
    warn(setting.where,
         fmt::format("`{}` is left out: the variable `{}` is not set", setting.key, unset.front()));
    return {};
  }
  return accept(std::move(setting), directory);
}

Status LayerReader::accept(SettingValue setting, const std::string& directory) {
  const std::string written = std::move(setting.key);
  setting.key = canonical_key(written);
  const SettingInfo* info = find_setting(setting.key);
  const bool is_url =
      (info != nullptr && info->type == SettingType::Url) || setting.key.ends_with(":registry");
  if (info != nullptr && setting.values.size() == 1)
    setting.values[0] = canonical_value(setting.key, setting.values[0]);
  const bool has_user = is_url && !setting.values.empty() && holds_user(setting.values[0]);
  setting.is_secret = is_secret_key(setting.key) || has_user;
  if (refuse_misplaced(setting)) return {};
  // It decides what is read, before any file is.
  if (setting.key == "global" && setting.layer < Layer::Environment &&
      setting.values != std::vector<std::string>{"false"})
    unused_.push_back({setting.key, setting.where, /*is_known=*/true});
  if (info == nullptr) {
    warn_about_unknown(setting);
  } else if (Status checked = check_value(*info, setting, {sources_.home, directory}); !checked) {
    // Another tool's choices under another tool's name, or in its file, are no error of ours.
    const bool is_theirs = setting.layer == Layer::ProjectForeign ||
                           (written != setting.key && info->type == SettingType::Choice);
    if (!is_theirs) return checked;
    warn(setting.where, fmt::format("`{}` is ignored: {}", written, checked.error().what));
    return {};
  }
  values.push_back(std::move(setting));
  return {};
}

bool LayerReader::refuse_misplaced(const SettingValue& setting) {
  if (!is_location_key(setting.key) || !is_project_layer(setting.layer)) return false;
  warn(setting.where, fmt::format("`{}` is ignored: a project may not set it", setting.key));
  return true;
}

// Unknown keys are common and harmless (packages with native parts read their own), typing errors
// are not.
void LayerReader::warn_about_unknown(const SettingValue& setting) {
  const std::string& key = setting.key;
  if (setting.layer >= Layer::Environment || key.find(':') != std::string::npos ||
      key.starts_with('_'))
    return;
  if (is_retired_omit_key(key)) return;
  const bool is_for_lpm = setting.layer == Layer::ProjectManifest;
  if (find_foreign_key(key) != nullptr) {
    if (!is_met_anyway(setting) && !is_for_lpm)
      unused_.push_back({key, setting.where, /*is_known=*/true});
    return;
  }
  std::vector<std::string> candidates;
  for (const SettingInfo& info : setting_table()) {
    if (info.key.size() > 5) candidates.emplace_back(info.key);
  }
  const auto nearest = nearest_name(key, candidates);
  if (nearest)
    warn(setting.where, fmt::format("unknown setting `{}`; did you mean `{}`?", key, *nearest));
  else if (!is_for_lpm)
    unused_.push_back({key, setting.where, /*is_known=*/false});
}

// Files hold such keys for other programs, so they are told together and not one by one.
std::string LayerReader::unused_keys() const {
  if (unused_.empty()) return {};
  std::vector<std::string> items;
  for (const UnusedKey& unused : unused_) {
    items.push_back(fmt::format("`{}` ({}{})", printable(unused.key), unused.where,
                                unused.is_known ? "" : ", unknown"));
  }
  return fmt::format("{} without effect on lpm: {}",
                     items.size() == 1 ? "a setting is" : "settings are", join(items, ", "));
}

void LayerReader::warn(const std::string& where, const std::string& text) {
  warnings.push_back(fmt::format("{}: {}", where, text));
}

const SettingValue* LayerReader::highest(std::string_view key) const {
  const SettingValue* best = nullptr;
  for (const SettingValue& setting : values) {
    if (setting.key == key && (best == nullptr || setting.layer >= best->layer)) best = &setting;
  }
  return best;
}

std::string LayerReader::located(std::string_view key, const std::string& otherwise) const {
  const SettingValue* setting = highest(key);
  return setting == nullptr || setting->values.empty() ? otherwise : setting->values[0];
}

std::string LayerReader::shown(const std::string& path) const {
  const std::string home = sources_.home + "/";
  return path.starts_with(home) ? "~/" + path.substr(home.size()) : path;
}

}  // namespace lpm::config
