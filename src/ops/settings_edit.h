// config set and delete: one line of a .npmrc changes, the rest stays byte for byte.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

enum class SettingsFile : std::uint8_t { User, Project };

// The file's path. An empty value removes the key. BAD_CONFIG for an unknown key or a value of the
// wrong type.
Result<std::string> write_setting(const Session& session, SettingsFile file, const std::string& key,
                                  const std::string& value);

}  // namespace lpm::ops
