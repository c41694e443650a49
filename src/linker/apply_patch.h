// Changes a package's folder as a patch of the project says.
#pragma once

#include <string>

#include "base/result.h"
#include "linker/linker.h"

namespace lpm::linker {

// `folder` is a private copy that nobody uses yet. BAD_PATCH with the place in the patch when it
// does not fit.
Status apply_patch(const std::string& folder, const std::string& package,
                   const PackagePatch& patch);

}  // namespace lpm::linker
