// What the commands for global packages print.
#pragma once

#include <string>
#include <vector>

#include "ops/global/global.h"

namespace lpm::cli {

std::string global_summary(const ops::global::GlobalResult& result, bool dry_run);
// The JSON document of --json (docs/commands/global.md).
std::string global_document(const ops::global::GlobalResult& result, bool dry_run,
                            const std::vector<std::string>& warnings);

std::string global_list(const std::vector<ops::global::GlobalPackage>& packages);
std::string global_list_document(const std::vector<ops::global::GlobalPackage>& packages);
std::string global_path_document(const std::string& path);

}  // namespace lpm::cli
