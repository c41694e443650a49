// Level full: namespaces, and a root that holds what the order names. Private to os.
#pragma once

#include "os/sandbox_order.h"

namespace lpm::os {

// Leaves the machine's namespaces. Children get new process ids; this process keeps its own.
Status leave_namespaces(const SandboxOrder& order);
// In the first child: the new root, its /proc, /dev and /tmp, with everything else out of reach.
Status enter_new_root(const SandboxOrder& order);

}  // namespace lpm::os
