// What `install`, `uninstall` and `ci` print at their end.
#pragma once

#include <string>

#include "cli/commands.h"
#include "ops/install/install.h"

namespace lpm::cli {

// Lines for people (stdout): changes of direct dependencies, counts, scripts that did not run,
// time.
std::string install_summary(const ops::install::InstallResult& result,
                            const ops::install::InstallOptions& options);
// A line a phase (--timing).
std::string timing_table(const ops::install::InstallResult& result);
// The JSON document of --json (docs/commands/install.md).
std::string install_document(const ops::install::InstallResult& result,
                             const ops::install::InstallOptions& options,
                             const std::vector<std::string>& warnings);
// The same two for the quick path, which knows the count only.
std::string up_to_date_line(std::uint64_t packages);
std::string up_to_date_document(std::uint64_t packages);

}  // namespace lpm::cli
