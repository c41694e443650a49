// The table of rules and what their finders have in common.
#pragma once

#include <string>
#include <string_view>

#include "security/triage.h"

namespace lpm::security {

// The row of this id; the id is one of the table.
const Rule& rule(std::string_view id);

// The same with the text that it holds against the command, cut to a readable length.
Evidence evidence_of(std::string_view id, std::string_view text);

// At most 200 bytes of a text, cut between characters.
std::string shortened(std::string_view text);

}  // namespace lpm::security
