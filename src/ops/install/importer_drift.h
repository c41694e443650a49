// Where lpm.lock and the packages of a project part: all importers, and what goes to members of the
// workspace.
#pragma once

#include <vector>

#include "lockfile/lockfile.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"

namespace lpm::ops::install {

// Empty when the lockfile, which must be there, says what the manifests ask. A `name` that is empty
// means the importer as a whole: locked, and no member any more.
std::vector<lockfile::Drift> drift_of(const Project& project, const WantedProject& wanted,
                                      bool own_peers);

}  // namespace lpm::ops::install
