// The line format of .npmrc: `key = value`, `key[] = value`, `;` and `#` comments, optional quotes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::formats {

struct IniEntry {
  std::string key;
  std::string value;
  bool has_value = false;     // `key` alone means true
  bool is_list_item = false;  // `key[]`
  std::uint32_t line = 0;     // 1-based
};

// Never fails: lines that mean nothing are skipped, as npm does. A byte-order mark and CRLF are
// accepted. What follows a section header belongs to the section and is no setting. `${VAR}` is not
// expanded here.
std::vector<IniEntry> parse_ini(std::string_view text);

}  // namespace lpm::formats
