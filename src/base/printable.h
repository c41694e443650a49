// Texts of others on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace lpm {

// The text with nothing in it that a terminal would obey: control characters and bytes that are no
// UTF-8 become `\x1b`, line ends and tabs blanks, and what turns the direction of writing `\u202e`.
std::string printable(std::string_view text);

// The same for a text of several lines: line ends and tabs stay.
std::string printable_lines(std::string_view text);

}  // namespace lpm
