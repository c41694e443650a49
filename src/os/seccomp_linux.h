// The filter of system calls: which are refused, and which the supervisor answers. Private to os.
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/sandbox.h"

namespace lpm::os {

// What the filter depends on.
struct FilterPolicy {
  SandboxLevel level = SandboxLevel::Full;
  bool has_network = false;
  bool scopes_signals = true;  // else the supervisor looks at every signal to another process
};

enum class CallAnswer : std::uint8_t {
  Refuse,     // EPERM, and the name is told
  Missing,    // ENOSYS, as on a kernel without it; not told: programs try and do without
  Lacking,    // EOPNOTSUPP, as on a file system without it; not told
  Pretend,    // success without effect
  Supervise,  // the supervisor does it, after a look at what it is about
};

// A condition on one argument (its low 32 bits): (argument & mask) is, or is not, one of the
// values.
struct ArgumentRule {
  enum class When : std::uint8_t { Always, IsOneOf, IsNoneOf } when = When::Always;
  std::uint8_t argument = 0;
  std::uint32_t mask = 0xffffffffU;
  std::vector<std::uint32_t> values = {};
};

struct CallRule {
  int number;
  std::string_view name;
  CallAnswer answer;
  ArgumentRule condition = {};
};

// In order: for one call the first whose condition holds decides. Calls without a rule are allowed.
std::vector<CallRule> call_rules(const FilterPolicy& policy);
// Calls above this one are unknown to us, and missing for scripts.
int last_known_call();

std::vector<sock_filter> build_filter(const std::vector<CallRule>& rules);
// For this thread and all its children, for ever. The descriptor on which the supervisor hears of
// refused and supervised calls.
Result<Fd> install_filter(const std::vector<sock_filter>& filter);

}  // namespace lpm::os
