// A secret of this user on this machine: what is sealed with it was written here and did not come
// along with a cloned project.
#pragma once

#include <string>

namespace lpm::ops {

// 64 hex digits from <lpm home>/machine-key, made on first use with mode 0600; "" when it can be
// neither read nor written.
std::string machine_key(const std::string& lpm_home);

}  // namespace lpm::ops
