// What of an install goes into `.lpm/install-hash`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ops/install/install.h"
#include "ops/install/link.h"
#include "ops/session.h"

namespace lpm::ops::install {

// Flags that shape the tree, in canonical spelling and order.
std::vector<std::string> shaping_arguments(const Session& session, const InstallOptions& options);

// The record's text, with the stamps of this moment; `manifest` and `lockfile` are what the tree
// was made of.
Result<std::string> record_of(const Session& session, const InstallOptions& options,
                              const Linked& linked, const FileSnapshot& manifest,
                              const FileSnapshot& lockfile);

}  // namespace lpm::ops::install
