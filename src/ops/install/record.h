// What of an install goes into `.lpm/install-hash`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ops/install/install.h"
#include "ops/install/link.h"
#include "ops/install/up_to_date.h"
#include "ops/session.h"

namespace lpm::ops::install {

// Flags that shape the tree, in canonical spelling and order.
std::vector<std::string> shaping_arguments(const Session& session, const InstallOptions& options);

// The record's text, with the stamps of this moment; `used` are the manifests and the lockfile that
// the tree was made of.
Result<std::string> record_of(const Session& session, const InstallOptions& options,
                              const Project& project, const Linked& linked,
                              const std::vector<RecordInputs::KnownFile>& used);

}  // namespace lpm::ops::install
