#include "ops/settings_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

bool is_free_key(std::string_view key) {
  return key.starts_with("//") || (key.starts_with('@') && key.ends_with(":registry"));
}

Status check_value(const config::SettingInfo& setting, const std::string& value) {
  using config::SettingType;
  const bool fits = [&] {
    if (setting.type == SettingType::Boolean) return value == "true" || value == "false";
    if (setting.type == SettingType::Number) return parse_decimal(value).has_value();
    if (setting.type == SettingType::Url)
      return value.starts_with("https://") || value.starts_with("http://");
    if (setting.type != SettingType::Choice) return true;
    const auto choices = split(setting.choices, '|');
    return std::find(choices.begin(), choices.end(), value) != choices.end();
  }();
  if (fits) return {};
  Error error(ErrorCode::BAD_CONFIG,
              fmt::format("`{}` is not a value of `{}`", value, setting.key));
  if (!setting.choices.empty())
    error.facts.push_back({"values", replace_all(std::string(setting.choices), "|", ", ")});
  return error;
}

Error unknown_key(const std::string& key) {
  std::vector<std::string> names;
  for (const config::SettingInfo& setting : config::setting_table())
    names.emplace_back(setting.key);
  Error error(ErrorCode::BAD_CONFIG, fmt::format("there is no setting `{}`", key));
  if (const auto near = nearest_name(key, names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

std::string path_of(const Session& session, SettingsFile file) {
  if (file == SettingsFile::Project) return session.project + "/.npmrc";
  const std::string user = session.settings.text("userconfig");
  return user.empty() ? session.settings.home_directory() + "/.npmrc" : user;
}

}  // namespace

Result<std::string> write_setting(const Session& session, SettingsFile file, const std::string& key,
                                  const std::string& value) {
  const config::SettingInfo* setting = config::find_setting(key);
  if (setting == nullptr && !is_free_key(key)) return unknown_key(key);
  if (setting != nullptr && !value.empty()) LPM_TRY(check_value(*setting, value));
  const std::string path = path_of(session, file);
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(path));
  LPM_TRY_ASSIGN(const std::string edited, config::edit_npmrc(text.value_or(""), key, value));
  // A user's .npmrc may come to hold credentials: nobody else may read a new one.
  LPM_TRY(os::write_file_atomic(path, edited, os::Durability::Sync,
                                file == SettingsFile::User ? 0600 : 0644));
  return path;
}

}  // namespace lpm::ops
