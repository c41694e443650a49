// Stop signals as errors: every wait of an operation asks now and then.
#pragma once

#include <chrono>
#include <optional>

#include "base/error.h"

namespace lpm::ops {

inline constexpr std::chrono::milliseconds kInterruptPoll{50};

// INTERRUPTED with exit status 128 + n when a stop signal is pending.
std::optional<Error> interruption();

}  // namespace lpm::ops
