// What git holds of a file of the project, read by the `git` program.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

// Whether the project, or a folder above it, is under git.
bool is_under_git(const std::string& project);

// The content of `file` (relative to the project) in a commit; nothing when the commit does not
// hold it. USAGE when `revision` names no commit; with HEAD that is a repository without commits,
// which holds nothing. IO when git cannot be run.
Result<std::optional<std::string>> committed_file(const Session& session, const std::string& file,
                                                  const std::string& revision);

}  // namespace lpm::ops
