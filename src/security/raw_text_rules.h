// Rules that look at the bytes of a command before any grammar does.
#pragma once

#include <string_view>
#include <vector>

#include "security/triage.h"

namespace lpm::security {

std::vector<Evidence> find_in_raw_text(std::string_view command);

}  // namespace lpm::security
