// TOML of the user's own files (config.toml), read by toml++ in one place. lpm.lock has its own
// strict reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lpm::formats {

struct TomlEntry {
  std::string key;  // dotted, bare: "registry.default"
  std::vector<std::string>
      values;  // one, or the items of an array; numbers in decimal, dates in ISO 8601
  bool is_array = false;
  std::uint32_t line = 0;
};

// Flattens tables into dotted keys in source order. BAD_CONFIG with file:line:column otherwise.
Result<std::vector<TomlEntry>> parse_toml(std::string_view text, std::string_view file_name);

}  // namespace lpm::formats
