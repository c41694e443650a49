#include "config/settings.h"

#include <algorithm>
#include <atomic>
#include <map>

#include "config/check_value.h"
#include "config/expand_variables.h"
#include "config/layer_reader.h"

namespace lpm::config {
namespace {

std::string default_text(std::string_view key, const std::string& home) {
  const SettingInfo* info = find_setting(key);
  if (info == nullptr) return {};
  const std::string text(info->default_text);
  return info->type == SettingType::Path && !text.empty() ? absolute_path(text, {home, {}}) : text;
}

}  // namespace

// One mark a row of the table.
struct Settings::KeysRead {
  std::vector<std::atomic<bool>> marks = std::vector<std::atomic<bool>>(setting_table().size());
};

Result<Settings> Settings::load(const ConfigSources& sources) {
  LayerReader reader(sources);
  LPM_TRY(reader.read_all());
  Settings settings;
  settings.values_ = std::move(reader.values);
  settings.warnings_ = std::move(reader.warnings);
  settings.unused_keys_ = reader.unused_keys();
  settings.files_ = std::move(reader.files);
  settings.home_ = sources.home;
  settings.lpm_home_ = std::move(reader.lpm_home);
  settings.keys_read_ = std::make_shared<KeysRead>();
  if (const std::string* file = find_variable(sources.environment, "NODE_EXTRA_CA_CERTS")) {
    settings.extra_ca_file_ = *file;
  }
  return settings;
}

const SettingValue* Settings::find(std::string_view key) const {
  if (const SettingInfo* info = find_setting(key); info != nullptr && keys_read_ != nullptr)
    keys_read_->marks[static_cast<std::size_t>(info - setting_table().data())] = true;
  return find_below(values_, key, kNoLimit);
}

std::string Settings::text(std::string_view key) const {
  if (key == "lpm-home") return lpm_home_;
  const SettingValue* setting = find(key);
  if (setting == nullptr || setting->values.empty()) return default_text(key, home_);
  return setting->values.back();
}

bool Settings::flag(std::string_view key) const {
  return text(key) == "true";
}

std::int64_t Settings::number(std::string_view key) const {
  return static_cast<std::int64_t>(parse_number(text(key)).value_or(0));
}

std::vector<std::string> Settings::list(std::string_view key) const {
  const SettingValue* setting = find(key);
  return setting == nullptr ? std::vector<std::string>() : setting->values;
}

std::vector<SettingValue> Settings::all() const {
  std::map<std::string_view, SettingValue> winners;
  for (const SettingInfo& info : setting_table()) {
    SettingValue setting{std::string(info.key), {}, Layer::Default, "default", false};
    if (!info.default_text.empty()) setting.values.push_back(text(info.key));
    winners[info.key] = std::move(setting);
  }
  for (const SettingValue& setting : values_) winners[setting.key] = setting;
  std::vector<SettingValue> result;
  for (auto& [key, setting] : winners) result.push_back(std::move(setting));
  return result;
}

std::int64_t Settings::release_age_seconds() const {
  return release_age_below(values_, kNoLimit);
}

std::vector<std::string_view> Settings::keys_read() const {
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; keys_read_ != nullptr && i < keys_read_->marks.size(); ++i)
    if (keys_read_->marks[i]) keys.push_back(setting_table()[i].key);
  return keys;
}

std::string Settings::store_directory() const {
  return lpm_home_ + "/store/x1";
}

std::string Settings::cache_directory() const {
  return lpm_home_ + "/cache";
}

}  // namespace lpm::config
