#include "config/check_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace lpm::config {
namespace {

constexpr double kInfinity =
    1e15;  // seconds or milliseconds: longer than anything lives, and still an int64

bool is_one_of(std::string_view word, std::string_view choices) {
  const auto words = split(choices, '|');
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string spoken_choices(std::string_view choices) {
  return "one of " + replace_all(std::string(choices), "|", ", ");
}

Error wrong_type(const SettingValue& setting, std::string_view value, std::string_view wanted) {
  std::string what = setting.is_secret ? fmt::format("setting `{}` must be {}", setting.key, wanted)
                                       : fmt::format("setting `{}` must be {}, not `{}`",
                                                     setting.key, wanted, value);
  return Error(ErrorCode::BAD_CONFIG, std::move(what)).at(setting.where);
}

Error wrong_choice(const SettingInfo& info, const SettingValue& setting, std::string_view value) {
  if (info.choices.find('|') != std::string_view::npos)
    return wrong_type(setting, value, spoken_choices(info.choices));
  return wrong_type(setting, value, fmt::format("`{}`", info.choices))
      .hint(fmt::format("leave it out: `{}` is all that this version of lpm does", info.choices));
}

Status check_boolean(SettingValue& setting, std::string& value) {
  if (value.empty() || value == "1") value = "true";
  if (value == "0") value = "false";
  if (value == "true" || value == "false") return {};
  return wrong_type(setting, value, "true or false");
}

Status check_proxy_url(const SettingValue& setting, std::string_view value) {
  // `registry` is read by Registries, so that commands which need none work without.
  if (setting.key == "registry" || value == "false") return {};
  const std::size_t colon = value.find("://");
  if (colon != std::string_view::npos && colon > 0 && value.size() > colon + 3) return {};
  return wrong_type(setting, value, "a URL");
}

bool takes_commas(std::string_view key) {
  return key == "omit" || key == "include" || key == "noproxy";
}

Status check_list(const SettingInfo& info, SettingValue& setting) {
  std::vector<std::string> items;
  for (const std::string& value : setting.values) {
    for (std::string_view part : split(value, takes_commas(info.key) ? ',' : '\0')) {
      if (const std::string_view item = trim(part); !item.empty()) items.emplace_back(item);
    }
  }
  for (const std::string& item : items) {
    if (!info.choices.empty() && !is_one_of(item, info.choices)) {
      return wrong_type(setting, item, spoken_choices(info.choices));
    }
  }
  setting.values = std::move(items);
  return {};
}

Status check_text(const SettingInfo& info, const SettingValue& setting, std::string_view value) {
  if (info.key != "minimum-release-age" || parse_duration(value)) return {};
  return wrong_type(setting, value, "a number of seconds or a time such as `3d`");
}

Status check_single(const SettingInfo& info, SettingValue& setting, const PathContext& paths) {
  std::string& value = setting.values.front();
  switch (info.type) {
    case SettingType::Boolean:
      return check_boolean(setting, value);
    case SettingType::Number:
      if (parse_number(value)) return {};
      return wrong_type(setting, value, "a number that is not negative");
    case SettingType::Path:
      value = absolute_path(value, paths);
      return {};
    case SettingType::Url:
      return check_proxy_url(setting, value);
    case SettingType::Choice:
      if (is_one_of(value, info.choices)) return {};
      return wrong_choice(info, setting, value);
    case SettingType::Text:
      return check_text(info, setting, value);
    case SettingType::TextList:
      return {};
  }
  return {};
}

bool has_empty_value(SettingType type) {
  return type == SettingType::Text || type == SettingType::Boolean;
}

}  // namespace

Status check_value(const SettingInfo& info, SettingValue& setting, const PathContext& paths) {
  if (setting.values.size() == 1 &&
      (setting.values[0] == "null" || setting.values[0] == "undefined")) {
    setting.values.clear();
  }
  if (setting.values.empty()) return {};
  if (info.type == SettingType::TextList) return check_list(info, setting);
  setting.values.erase(setting.values.begin(),
                       setting.values.end() - 1);  // of several the last counts
  if (setting.values[0].empty() && !has_empty_value(info.type)) {
    setting.values.clear();
    return {};
  }
  return check_single(info, setting, paths);
}

std::string absolute_path(std::string_view path, const PathContext& paths) {
  if (path.starts_with("~/")) return paths.home + "/" + std::string(path.substr(2));
  if (path.starts_with('/') || paths.directory.empty()) return std::string(path);
  while (path.starts_with("./")) path.remove_prefix(2);
  return paths.directory + "/" + std::string(path);
}

std::optional<double> parse_number(std::string_view text) {
  if (text == "Infinity") return kInfinity;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(number) || number < 0) return std::nullopt;
  return std::min(number, kInfinity);
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
  constexpr std::string_view kUnits = "smhdw";
  constexpr std::int64_t kSeconds[] = {1, 60, 3600, 86400, 604800};
  if (text.empty()) return std::nullopt;
  const std::size_t unit = kUnits.find(text.back());
  if (unit != std::string_view::npos) text.remove_suffix(1);
  const auto number = parse_number(text);
  if (!number) return std::nullopt;
  const double seconds = *number * static_cast<double>(unit == kUnits.npos ? 1 : kSeconds[unit]);
  return static_cast<std::int64_t>(std::min(seconds, kInfinity));
}

}  // namespace lpm::config
