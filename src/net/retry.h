// When a request is tried again, and how long it waits before.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/net.h"

namespace lpm::net {

bool is_retriable_status(int status);

// Milliseconds that a Retry-After header asks for, in seconds or as an HTTP date; nothing when it
// is neither.
std::optional<std::int64_t> parse_retry_after(std::string_view value,
                                              std::int64_t unix_seconds_now);

// The wait before attempt number `attempt` + 1. `jitter` is in [0, 1].
std::int64_t wait_after_attempt(int attempt, const ClientOptions& options,
                                std::optional<std::int64_t> retry_after_ms, double jitter);

}  // namespace lpm::net
