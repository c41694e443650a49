// Types of settings: from written text to the one form that is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace lpm::config {

struct PathContext {
  std::string home;       // for `~/`
  std::string directory;  // for relative paths
};

// Brings the values of `setting` into the form of its type, or says BAD_CONFIG at its place. The
// text "null" and empty texts of types that have no empty value leave no value.
Status check_value(const SettingInfo& info, SettingValue& setting, const PathContext& paths);

// "~/x", relative and absolute paths.
std::string absolute_path(std::string_view path, const PathContext& paths);

// Seconds of "3d", "12h", "90m", "45s", "1w" or a bare number of seconds.
std::optional<std::int64_t> parse_duration(std::string_view text);

// A decimal number such as "2", "0.5"; npm's "Infinity" is a very large one.
std::optional<double> parse_number(std::string_view text);

}  // namespace lpm::config
