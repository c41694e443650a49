// node_modules/.package-lock.json: what tools look at that keep something made of the installed
// packages (docs/formats/node-modules.md). It has another text when another tree stands there.
#pragma once

#include <string>
#include <string_view>

namespace lpm::linker {

inline constexpr std::string_view kMarkerName = ".package-lock.json";

// Ours, and not npm's own file of this name.
bool is_marker(std::string_view text);

// `trees` is any text that differs when one of the project's trees does (LinkResult::tree).
std::string marker_text(std::string_view trees);

// Leaves the file alone when it says the same already, and removes it where it cannot be written (a
// full disk), so that it never says another tree's. `modules` is the project's node_modules.
void write_marker(const std::string& modules, std::string_view trees);

}  // namespace lpm::linker
