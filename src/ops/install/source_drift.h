// Folders and archives on this disk that packages of the lockfile came from: have they changed
// since?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "lockfile/lockfile.h"
#include "ops/session.h"
#include "sources/sources.h"

namespace lpm::ops::install {

sources::Options source_options(const Session& session);

// Names of packages whose folder or archive is another one than was locked. SOURCE_NOT_FOUND,
// BAD_SOURCE.
Result<std::vector<std::string>> changed_sources(const Session& session,
                                                 const lockfile::Lockfile& lockfile);

// What the up-to-date check must look at because of them: absolute paths.
std::vector<std::string> files_of_sources(const Session& session,
                                          const graph::DependencyGraph& graph);

}  // namespace lpm::ops::install
