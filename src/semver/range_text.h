// Rewrites of range text that come before it is split into words. node-semver does them with
// patterns that match anywhere, also inside words that turn out to be no comparators; these
// functions match the same places.
#pragma once

#include <string>
#include <string_view>

namespace lpm::semver {

// Text without white space at its ends and with single blanks inside; `buffer` is used only when
// that differs from `text`.
std::string_view collapse_spaces(std::string_view text, std::string& buffer);

// `1.2.3+build <2` becomes `1.2.3 <2`.
std::string remove_builds(std::string_view text);

// `> 1.2 ~> 3 ^ 4` becomes `>1.2 ~3 ^4`.
std::string close_gaps(std::string_view text);

}  // namespace lpm::semver
