// The process that watches a sandboxed program from outside its rules. Private to os.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "os/files.h"
#include "os/sandbox_order.h"
#include "os/seccomp_linux.h"

namespace lpm::os {

struct Watch {
  pid_t program = 0;
  Fd listener;                  // of the filter; may be invalid
  std::vector<CallRule> rules;  // what the listener tells of
  std::vector<std::string> writable;
  // Every process that it sees in /proc is of the sandbox, but itself (level full).
  bool owns_process_ids = false;
};

// Blocks the signals that supervise() takes through a descriptor; before the program is started.
void hold_signals();
void release_signals();  // in the program, before it runs

// Waits for the program's end, or ends it when a limit is met or a stop signal comes; reports that;
// then ends what is left. Everything that the program starts must become a child of this process
// when it is orphaned.
void supervise(Watch watch, const SandboxLimits& limits);

// All processes whose line of parents leads to this process.
std::vector<pid_t> descendants();
bool is_descendant(pid_t pid);

}  // namespace lpm::os
