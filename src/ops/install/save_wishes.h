// What was chosen for the wishes goes into package.json and the lockfile's importers.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "ops/install/wishes.h"

namespace lpm::ops::install {

// Replaces the asked specs by those that are saved (`^1.3.0`), in the graph's importer and as edits
// of the manifest's text. Returns the new text; `saved` gets one line per dependency.
Result<std::string> write_wishes(const ProjectPackage& package, const WantedManifest& wanted,
                                 const SaveOptions& save, graph::DependencyGraph& graph,
                                 std::vector<std::string>& saved);

}  // namespace lpm::ops::install
