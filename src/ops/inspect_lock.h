// The locked graph, for commands that only look at it.
#pragma once

#include "base/result.h"
#include "lockfile/lockfile.h"
#include "ops/session.h"

namespace lpm::ops {

// NO_LOCKFILE, BAD_LOCKFILE, NEWER_LOCKFILE, CONFLICT_MARKERS.
Result<lockfile::Lockfile> read_lock(const Session& session);

}  // namespace lpm::ops
