// Commands that are green on their own.
#pragma once

#include <span>

#include "security/shell_text.h"

namespace lpm::security {

// True for the whole of a simple command that is a known recipe (docs/triage.md).
bool is_known_recipe(std::span<const Word> words);

}  // namespace lpm::security
