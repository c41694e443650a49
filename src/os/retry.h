// Repeats a system call that a signal cut short.
#pragma once

#include <cerrno>

namespace lpm::os {

template <class Call>
auto retry_on_interrupt(Call call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace lpm::os
