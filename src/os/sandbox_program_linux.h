// The last steps before a sandboxed program runs: in its own process, each for ever. Private to os.
#pragma once

#include "os/sandbox_order.h"
#include "os/seccomp_linux.h"

namespace lpm::os {

// What the order's level means on this kernel.
FilterPolicy filter_policy(const SandboxOrder& order);
bool has_filter(const SandboxOrder& order);

// Starts the program as a child, restricted; what to watch.
Result<struct Watch> start_program(const SandboxOrder& order);

}  // namespace lpm::os
