// Where in the package.json files a specifier stands that is not understood.
#pragma once

#include "base/error.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"

namespace lpm::ops::install {

// The error with file, line and column when the manifests of this project cause it; unchanged when
// it has a place, or is about something else.
Error with_place(Error error, const Project& project, const WantedProject& wanted);

}  // namespace lpm::ops::install
