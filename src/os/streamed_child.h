// A child whose output is taken while it runs.
#pragma once

#include <functional>
#include <string_view>

#include "os/process.h"
#include "os/terminal.h"

namespace lpm::os {

using OnOutput = std::function<void(Stream, std::string_view)>;

// As run_child(); what the child writes to stdout and stderr goes to `on_output` piece by piece, on
// the calling thread, instead of anywhere else. Without one it is run_child().
Result<ChildResult> run_streamed(const ChildOptions& options, const OnOutput& on_output);

}  // namespace lpm::os
