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

// The record's text, with the stamps of this moment.
Result<std::string> record_of(const Session& session, const InstallOptions& options,
                              const Linked& linked);

}  // namespace lpm::ops::install
