// Rules that look at several layers at once.
#include <fmt/format.h>

#include <algorithm>

#include "config/check_value.h"
#include "config/layer_reader.h"

namespace lpm::config {
namespace {

constexpr std::string_view kDays = "min-release-age";
constexpr std::string_view kDuration = "minimum-release-age";

std::int64_t release_age_of(const SettingValue& setting) {
  if (setting.values.empty()) return 0;
  if (setting.key == kDays) return parse_duration(setting.values[0] + "d").value_or(0);
  return parse_duration(setting.values[0]).value_or(0);
}

bool loosens(const SettingValue& setting, const SettingInfo& info, std::int64_t users_release_age) {
  if (info.loosening.empty() || !is_project_layer(setting.layer)) return false;
  if (info.loosening == "lower") return release_age_of(setting) < users_release_age;
  return setting.values.empty() || setting.values[0] == info.loosening;
}

void add_once(std::vector<std::string>& items, std::string_view item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.emplace_back(item);
}

// What omit and include come to, and which value decided it.
struct OmitSum {
  std::vector<std::string> omit;
  std::vector<std::string> include;
  SettingValue result;

  void take_origin(const SettingValue& from) {
    if (from.layer < result.layer) return;
    result.layer = from.layer;
    result.where = from.where;
  }
  void add(std::vector<std::string>& list, std::string_view kind, const SettingValue& from) {
    add_once(list, kind);
    take_origin(from);
  }
};

void add_retired_key(OmitSum& sum, const SettingValue& setting) {
  if (setting.values.empty()) return;
  const std::string& value = setting.values.back();
  const bool is_true = value == "true" || value.empty();
  const std::string_view key = setting.key;
  if (key == "only" && (value == "prod" || value == "production"))
    sum.add(sum.omit, "dev", setting);
  if (key == "production" && is_true) sum.add(sum.omit, "dev", setting);
  if (key == "production" && value == "false") sum.add(sum.include, "dev", setting);
  if (key == "also" && value.starts_with("dev")) sum.add(sum.include, "dev", setting);
  if (key == "dev" && is_true) sum.add(sum.include, "dev", setting);
  if (key == "optional" && value == "false") sum.add(sum.omit, "optional", setting);
  if (key == "optional" && is_true) sum.add(sum.include, "optional", setting);
}

}  // namespace

const SettingValue* find_below(const std::vector<SettingValue>& values, std::string_view key,
                               Layer limit) {
  const auto found = std::find_if(values.rbegin(), values.rend(), [&](const SettingValue& setting) {
    return setting.layer < limit && setting.key == key;
  });
  return found == values.rend() ? nullptr : &*found;
}

std::int64_t release_age_below(const std::vector<SettingValue>& values, Layer limit) {
  const SettingValue* days = find_below(values, kDays, limit);
  const SettingValue* duration = find_below(values, kDuration, limit);
  if (days == nullptr || duration == nullptr) {
    const SettingValue* only = days == nullptr ? duration : days;
    return only == nullptr ? 0 : release_age_of(*only);
  }
  if (days->layer == duration->layer)
    return std::max(release_age_of(*days), release_age_of(*duration));
  return release_age_of(days->layer > duration->layer ? *days : *duration);
}

void drop_loosening_values(std::vector<SettingValue>& values, std::vector<std::string>& warnings) {
  const std::int64_t users_release_age = release_age_below(values, Layer::ProjectForeign);
  std::erase_if(values, [&](const SettingValue& setting) {
    const SettingInfo* info = find_setting(setting.key);
    if (info == nullptr || !loosens(setting, *info, users_release_age)) return false;
    warnings.push_back(fmt::format(
        "{}: `{} = {}` is ignored: a project may only tighten this setting", setting.where,
        setting.key, setting.values.empty() ? "null" : setting.values[0]));
    return true;
  });
}

void fold_retired_omit_keys(std::vector<SettingValue>& values) {
  OmitSum sum;
  sum.result.key = "omit";
  const SettingValue* omit = find_below(values, "omit", kNoLimit);
  const SettingValue* include = find_below(values, "include", kNoLimit);
  if (omit != nullptr) sum.omit = omit->values;
  if (include != nullptr) sum.include = include->values;
  if (omit != nullptr) sum.take_origin(*omit);
  for (std::string_view key : {"only", "production", "also", "dev", "optional"}) {
    if (const SettingValue* retired = find_below(values, key, kNoLimit))
      add_retired_key(sum, *retired);
  }
  for (const std::string& kind : sum.omit) {
    const bool is_included =
        std::find(sum.include.begin(), sum.include.end(), kind) != sum.include.end();
    if (!is_included) add_once(sum.result.values, kind);
    if (is_included && include != nullptr) sum.take_origin(*include);
  }
  const bool is_unchanged =
      omit == nullptr ? sum.result.values.empty() : omit->values == sum.result.values;
  if (is_unchanged) return;
  const auto place = std::upper_bound(
      values.begin(), values.end(), sum.result.layer,
      [](Layer layer, const SettingValue& setting) { return layer < setting.layer; });
  values.insert(place, std::move(sum.result));
}

}  // namespace lpm::config
