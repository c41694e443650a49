// node_modules/.package-lock.json: what tools look at that keep something made of the installed
// packages (docs/formats/node-modules.md). It has another text when another tree stands there.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "linker/linker.h"

namespace lpm::linker {

inline constexpr std::string_view kMarkerName = ".package-lock.json";

// Ours, and not npm's own file of this name.
bool is_marker(std::string_view text);

std::string marker_text(const std::vector<LinkPlan>& plans,
                        const std::vector<const store::Entry*>& entries);

// Leaves the file alone when it says the same already, and removes it where it cannot be written (a
// full disk), so that it never says another tree's. `modules` is the project's node_modules.
void write_marker(const std::string& modules, const std::vector<LinkPlan>& plans,
                  const std::vector<const store::Entry*>& entries);

}  // namespace lpm::linker
