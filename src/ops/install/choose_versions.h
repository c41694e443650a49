// Runs the resolver for an install: its options from the settings, and when a cached document is
// enough.
#pragma once

#include <string>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/install/acquire.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "ops/session.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {

manifest::Platform host_platform();

// The Node whose engines preference counts: the lowest that the project's engines allow, else the
// locked one, else the running one.
std::string node_to_fit(const Session& session, const Project& project,
                        const WantedManifest& wanted);

// The errors of resolver::resolve(). Decided packages are handed to the fetch queue at once when
// all of them will be installed.
Result<resolver::Resolution> choose_versions(const Session& session, const Project& project,
                                             const WantedProject& wanted,
                                             const InstallOptions& options, Supply& supply);

}  // namespace lpm::ops::install
