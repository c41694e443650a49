// The order in which npm writes places: as people sort words, not bytewise.
#pragma once

#include <string_view>

namespace lpm::foreign {

// Letters without regard to case, before that digits, before these signs. Of ASCII texts what
// String.localeCompare of "en" says.
bool npm_less(std::string_view a, std::string_view b);

}  // namespace lpm::foreign
