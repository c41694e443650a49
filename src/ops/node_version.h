// The version of the `node` on PATH, found without running it where possible.
#pragma once

#include <string>

#include "os/process.h"

namespace lpm::ops {

// "20.20.2", or "" when there is no node. Looks at a cached answer for this very binary, then at
// the header file that is installed with Node, and only then runs `node --version`.
std::string running_node_version(const os::EnvironmentMap& environment,
                                 const std::string& cache_directory);

}  // namespace lpm::ops
