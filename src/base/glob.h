// Globs: `*`, `?` and `[...]` in a name, `**` among the names of a path, `{a,b}`. Time is bounded
// by the product of the lengths, whatever the glob.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lpm {

struct GlobStyle {
  bool only_stars = false;    // `?` and `[` are letters like others
  bool ignores_case = false;  // of ASCII letters
  bool has_escapes = false;   // `\*` is a star
};

// The whole text against `*`, `?` and `[a-z]`, `[!a]`; a slash is a letter like others.
bool matches_glob(std::string_view glob, std::string_view text, GlobStyle style = {});

// The parts of a path against those of a glob. A part `**` stands for any number of parts, none
// included, each of which `matches_part` must admit for it; other parts stand for one.
bool matches_path(
    const std::vector<std::string_view>& glob, const std::vector<std::string_view>& path,
    const std::function<bool(std::string_view glob, std::string_view part)>& matches_part);

// `a{b,c}` as `ab` and `ac`; braces without a comma stay. False when there are more than `most`.
bool expand_braces(std::string_view text, std::size_t most, std::vector<std::string>& out);

}  // namespace lpm
