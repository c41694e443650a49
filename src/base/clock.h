// Time as a value that tests can replace.
#pragma once

#include <chrono>
#include <cstdint>

namespace lpm {

// Nanoseconds since the Unix epoch.
using UnixNanoseconds = std::int64_t;

inline UnixNanoseconds unix_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Nanoseconds of a clock that never goes back; for durations only.
inline std::int64_t monotonic_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace lpm
