// The project's own lifecycle scripts after an install, as npm runs them: of the members of a
// workspace, each after those that it depends on, then of the root. Scripts of dependencies never
// run here.
#pragma once

#include "base/result.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "ops/session.h"
#include "tasks/tasks.h"

namespace lpm::ops::install {

// preinstall, install, postinstall, prepublish, preprepare, prepare, postprepare, as far as they
// exist. The status of the first that fails, else 0.
Result<int> run_project_lifecycle(const Session& session, const Project& project,
                                  const WantedProject& wanted);

}  // namespace lpm::ops::install
