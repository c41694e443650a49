// What this machine lacks for a sandbox. Private to os.
#pragma once

#include "os/sandbox.h"

namespace lpm::os {

// IO when the kernel has too little for the request's level, as far as that is quickly known.
Status check_sandbox_level(const SandboxRequest& request);
// Starts one with nothing in it.
Status try_sandbox(SandboxLevel level);

}  // namespace lpm::os
