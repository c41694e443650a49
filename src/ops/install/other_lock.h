// The locked graph as a lockfile of another tool.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "foreign/write.h"
#include "lockfile/lockfile.h"
#include "manifest/manifest.h"
#include "ops/install/acquire.h"
#include "ops/install/project.h"
#include "ops/session.h"

namespace lpm::ops::install {

// `manifests` are those of the project's packages, in their order. What npm's format needs of the
// packages themselves is read from the store; what is not there is fetched. IO, OFFLINE, and what
// fetching says.
Result<foreign::WrittenLock> other_lock(const Session& session, foreign::Format format,
                                        const Project& project,
                                        const std::vector<manifest::Manifest>& manifests,
                                        const lockfile::Lockfile& lockfile, Supply& supply);

// "`a@1.0.0` in `package-lock.json`: its peer ..."
std::vector<std::string> told(const foreign::WrittenLock& written, foreign::Format format);

}  // namespace lpm::ops::install
