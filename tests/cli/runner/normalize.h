// What differs from run to run becomes a placeholder; expected texts may leave parts open.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lpm::cases {

using Replacements =
    std::vector<std::pair<std::string, std::string>>;  // text, placeholder; applied in order

// Named texts first, then by shape: sha512-[HASH], [HASH] (16 hex digits and more), [TIME] (12
// ms, 1.5 s), [SIZE] (3 kB, 1.2 MiB), lpm [VERSION], and the
// lockfile's node = "[VERSION]".
std::string normalize(std::string_view text, const Replacements& named);

// Placeholders back to texts, for what steps write and run.
std::string expand(std::string_view text, const Replacements& named);

// Line by line; a line `...` stands for any lines, `[ANY]` within a line for any text.
bool matches(std::string_view expected, std::string_view actual);

}  // namespace lpm::cases
