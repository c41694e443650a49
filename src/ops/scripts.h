// run and exec: scripts of the project, and commands that its packages provide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/session.h"

namespace lpm::ops {

// The manifest of the package where lpm was called. NO_MANIFEST.
Result<manifest::Manifest> read_project_manifest(const Session& session);

// The status of the script. SCRIPT_NOT_FOUND with the nearest name; with `if_present` a missing one
// is status 0.
Result<int> run_script(const Session& session, const std::string& name,
                       const std::vector<std::string>& arguments, bool if_present);

// A command of node_modules/.bin of this folder or one above, else of PATH. COMMAND_NOT_FOUND.
Result<int> run_command(const Session& session, const std::vector<std::string>& argv);

// Whether `lpm NAME` can mean something here.
bool has_script(const manifest::Manifest& manifest, std::string_view name);
bool has_local_command(const Session& session, std::string_view name);

}  // namespace lpm::ops
