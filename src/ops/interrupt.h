// Stop signals as errors: every wait of an operation asks now and then.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace lpm::ops {

inline constexpr std::chrono::milliseconds kInterruptPoll{50};

// INTERRUPTED with exit status 128 + n when a stop signal is pending; `state` says how it leaves
// the project.
inline constexpr std::string_view kUntouched = "the project is as it was before";
std::optional<Error> interruption(std::string_view state = kUntouched);

// An error of waiting for a lock, before anything was changed: a signal says so.
Error before_any_change(Error error);

}  // namespace lpm::ops
