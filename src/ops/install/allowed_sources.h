// Published packages may ask for packages of a registry only (docs/sources.md, CONTRACTS C.11). The
// resolver refuses what they ask for; a lockfile may say anything.
#pragma once

#include "base/result.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "ops/session.h"

namespace lpm::ops::install {

// FORBIDDEN_SOURCE, before anything is fetched.
Status check_locked_sources(const Session& session, const Project& project,
                            const WantedManifest& wanted);

}  // namespace lpm::ops::install
