// What an install changed, against the lockfile before.
#pragma once

#include <vector>

#include "graph/graph.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"

namespace lpm::ops::install {

// Added, removed and changed packages by name. A name with several versions counts one change per
// version that came or went; a name with one version on both sides is one change.
// Of the additions only those that `installed` (by PackageId) takes.
std::vector<PackageChange> changes_between(const Project& before, const WantedProject& wanted,
                                           const graph::DependencyGraph& after,
                                           const std::vector<bool>& installed);

}  // namespace lpm::ops::install
