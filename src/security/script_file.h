// What one JavaScript file does when it runs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "security/script_closure.h"

namespace lpm::security {

struct ScriptFacts {
  std::vector<Capability> capabilities;
  std::vector<std::string> required;  // './x', '../x' as written: resolved by the caller
  std::vector<std::string> executed;  // files given to node by literal
  bool sends = false;                 // network
  bool reads_environment = false;     // all of process.env
};

// Green in all it does, or a capability for each construct that is not known to be harmless.
ScriptFacts read_script(std::string_view path, std::string_view source);

Capability capability(std::string_view id, std::string_view path, std::uint32_t line,
                      std::string_view text);

}  // namespace lpm::security
