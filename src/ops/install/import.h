// Another tool's lockfile where there is no lpm.lock: read before resolving, told of afterwards.
#pragma once

#include "base/result.h"
#include "graph/graph.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/session.h"

namespace lpm::ops::install {

// Fills in `project.imported` where the options ask for it and there is one.
Status import_foreign_lockfile(const Session& session, const InstallOptions& options,
                               Project& project);

// What was kept, into the result. LOCKFILE_MISMATCH, and LOCKFILE_DRIFT when the install is frozen
// and that is not all.
Status tell_import(const Project& project, const InstallOptions& options,
                   const graph::DependencyGraph& chosen, InstallResult& result);

// A frozen install from another tool's lockfile leaves no lpm.lock behind.
bool writes_project_files(const Project& project, const InstallOptions& options);

}  // namespace lpm::ops::install
