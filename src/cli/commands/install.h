// What the commands share that change the project's dependencies: install, uninstall, ci, update,
// dedupe.
#pragma once

#include <vector>

#include "base/result.h"
#include "cli/commands.h"
#include "ops/install/install.h"

namespace lpm::cli {

// From the flags that all of them take.
ops::install::InstallOptions install_options(const CommandContext& context);

// Warns of settings that lpm does not follow.
void warn_about_what_is_not_followed(CommandContext& context);

// Prints the result; the exit status.
int tell_installed(CommandContext& context, const ops::install::InstallResult& result,
                   const ops::install::InstallOptions& options);

// What -P, -D and -O name where they do not say where to save. Empty: all kinds.
std::vector<manifest::DependencyKind> named_kinds(const CommandContext& context);

}  // namespace lpm::cli
