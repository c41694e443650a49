// ${NAME} in .npmrc files and npm_config_ variables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/process.h"

namespace lpm::config {

struct Expansion {
  std::string text;
  std::vector<std::string>
      unset;  // variables that have neither value nor fallback; they stay as written
};

// npm's rule: an odd number of backslashes before `$` keeps the text, pairs of them halve.
// `${NAME?}` may be unset. Ours besides: `${NAME-text}` and `${NAME:-text}`, which npm never
// replaces. Results are not expanded again.
Expansion expand_variables(std::string_view text, const os::EnvironmentMap& environment);

// Value of a variable; null when unset.
const std::string* find_variable(const os::EnvironmentMap& environment, std::string_view name);

}  // namespace lpm::config
