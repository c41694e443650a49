// Whether the places that an install changes can be changed, asked before anything is: half an
// install is none.
#pragma once

#include "base/result.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/session.h"

namespace lpm::ops::install {

// Makes the store's folder, before the first trace in the project. PERMISSION, IO.
Status prepare_store(const Session& session, const InstallOptions& options);

// node_modules is a real folder or absent, and it, `.lpm` and what must be made beside them can be
// written. PERMISSION, IO.
Status require_usable_places(const Session& session, const InstallOptions& options);

// The same of the members that have dependencies.
Status require_usable_members(const Project& project, const InstallOptions& options);

// For a change of package.json or lpm.lock.
Status require_writable(const std::string& folder);

}  // namespace lpm::ops::install
