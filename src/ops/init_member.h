// init for a new member of the workspace: its folder, and its place among the root's patterns.
#pragma once

#include <string>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

// Makes the folder, named as seen from where lpm was called; its absolute path. USAGE when it is
// not below the project; NO_MANIFEST without a root.
Result<std::string> make_member_folder(const Session& session, const std::string& name);

enum class Naming { WasNamed, Added, IsForTheUser };
// Adds the member's path to `workspaces` of the root when no pattern takes it. What
// pnpm-workspace.yaml names is for the user to change.
Result<Naming> name_member(const Session& session, const std::string& folder);

}  // namespace lpm::ops
