// config set and delete: one line of a .npmrc changes, the rest stays byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

enum class SettingsFile : std::uint8_t { User, Project };

struct SettingWritten {
  std::string path;  // of the file
  bool changed = false;
  std::vector<std::string> warnings;  // keys that lpm does not use
};
// An empty value removes the key. BAD_CONFIG for a value of the wrong type. A key that lpm does not
// know is written, since scripts see it, with a warning.
Result<SettingWritten> write_setting(const Session& session, SettingsFile file,
                                     const std::string& key, const std::string& value);

// Whether lpm or npm documents the key, credentials and registries of scopes included.
bool is_known_key(std::string_view key);
// BAD_CONFIG with the nearest name.
Error unknown_setting(const std::string& key);

}  // namespace lpm::ops
