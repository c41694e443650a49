// Answers to the system calls that the filter hands to the supervisor. Private to os.
#pragma once

#include <linux/seccomp.h>

#include <string>
#include <vector>

namespace lpm::os {

// Does what a supervised call asks, if it concerns the writable folders or processes of the
// sandbox. `listener` tells whether the caller still waits. 0 or an errno value.
int answer_call(int listener, const seccomp_notif& call, const std::vector<std::string>& writable);

}  // namespace lpm::os
