// Names of package folders below node_modules/.lpm (docs/formats/node-modules.md).
#pragma once

#include <string>
#include <string_view>

#include "graph/graph.h"

namespace lpm::linker {

std::string folder_name(const graph::Package& package);

// The relative path from one folder to another place; both relative to the same base, without `.`
// parts.
std::string relative_path(std::string_view from_folder, std::string_view to);

}  // namespace lpm::linker
