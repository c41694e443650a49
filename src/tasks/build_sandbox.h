// Build scripts of dependencies in the sandbox of os/sandbox.h (docs/sandbox.md): what such a
// script is told, and what it may read and write.
#pragma once

#include <string>
#include <vector>

#include "os/sandbox.h"
#include "tasks/tasks.h"

namespace lpm::tasks {

// One dependency whose script runs.
struct BuildPlace {
  std::string package;  // a private copy, without hard links to anything; the only writable tree
  // Folders with what it may use: the node_modules folders that hold its dependencies.
  std::vector<std::string> readable;
};

// `context.project` is `place.package`. Built from nothing: PATH of the system, of Node and of the
// .bin folders; language and terminal; npm_package_*, npm_lifecycle_* and the few npm_config_* that
// build tools read. No setting, no credential, nothing of the caller's that is not named here.
os::EnvironmentMap build_environment(const ScriptContext& context, const BuildPlace& place,
                                     std::string_view event, std::string_view script);

// The request for `sh -c SCRIPT`; level, network and limits are the caller's to set.
os::SandboxRequest build_request(const ScriptContext& context, const BuildPlace& place,
                                 std::string_view event, const std::string& script);

}  // namespace lpm::tasks
