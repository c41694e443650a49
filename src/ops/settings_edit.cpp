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

std::string wanted_values(const config::SettingInfo& setting) {
  using config::SettingType;
  if (setting.type == SettingType::Boolean) return "true, false";
  if (setting.type == SettingType::Number) return "a number";
  if (setting.type == SettingType::Url) return "a URL that begins with http:// or https://";
  return replace_all(std::string(setting.choices), "|", ", ");
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
  return Error(ErrorCode::BAD_CONFIG,
               fmt::format("`{}` is not a value of `{}`", value, setting.key))
      .fact("values", wanted_values(setting));
}

std::optional<std::string> nearest_key(const std::string& key) {
  std::vector<std::string> names;
  for (const config::SettingInfo& setting : config::setting_table())
    names.emplace_back(setting.key);
  return nearest_name(key, names);
}

std::optional<std::string> warning_for(const std::string& key) {
  if (const std::string_view tools = config::tools_with_key(key); !tools.empty())
    return fmt::format("`{}` changes nothing in lpm; scripts see it, and {}", key,
                       tools.find(' ') == tools.npos ? fmt::format("{} uses it", tools)
                                                     : fmt::format("{} use it", tools));
  if (is_known_key(key)) return std::nullopt;
  std::string text =
      fmt::format("neither lpm nor npm has a setting `{}`, only scripts see it", key);
  if (const auto near = nearest_key(key)) text += fmt::format("; did you mean `{}`?", *near);
  return text;
}

std::string path_of(const Session& session, SettingsFile file) {
  if (file == SettingsFile::Project) return session.project + "/.npmrc";
  const std::string user = session.settings.text("userconfig");
  return user.empty() ? session.settings.home_directory() + "/.npmrc" : user;
}

}  // namespace

bool is_known_key(std::string_view key) {
  return config::find_setting(key) != nullptr || !config::tools_with_key(key).empty() ||
         is_free_key(key);
}

Error unknown_setting(const std::string& key) {
  Error error(ErrorCode::BAD_CONFIG, fmt::format("there is no setting `{}`", key));
  if (const auto near = nearest_key(key))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  error.hints.push_back("`lpm config list --all` shows them all");
  return error;
}

Result<SettingWritten> write_setting(const Session& session, SettingsFile file,
                                     const std::string& written, const std::string& value) {
  const std::string key = config::canonical_key(written);
  const config::SettingInfo* setting = config::find_setting(key);
  if (setting != nullptr && !value.empty()) LPM_TRY(check_value(*setting, value));
  SettingWritten result;
  result.path = path_of(session, file);
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(result.path));
  LPM_TRY_ASSIGN(const std::string edited, config::edit_npmrc(text.value_or(""), written, value));
  result.changed = edited != text.value_or("");
  const bool is_told = !value.empty() || (!result.changed && !is_known_key(key));
  if (const auto warning = warning_for(key); warning && is_told)
    result.warnings.push_back(*warning);
  if (!result.changed) return result;
  // A user's .npmrc may come to hold credentials: nobody else may read a new one.
  LPM_TRY(os::write_file_atomic(result.path, edited, os::Durability::Sync,
                                file == SettingsFile::User ? 0600 : 0644));
  return result;
}

}  // namespace lpm::ops
