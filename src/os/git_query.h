// Questions to the `git` program about the user's own repository. They change nothing, ask nobody
// and run nothing that the repository configures.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/process.h"

namespace lpm::os {

// Runs git in `folder`, output captured. IO when there is no git.
Result<ChildResult> ask_git(const std::string& folder, EnvironmentMap environment,
                            std::vector<std::string> arguments);

// The hash of the commit that a revision names, whatever it begins with; nothing when it names
// none.
Result<std::optional<std::string>> commit_of(const std::string& folder,
                                             const EnvironmentMap& environment,
                                             const std::string& revision);

}  // namespace lpm::os
