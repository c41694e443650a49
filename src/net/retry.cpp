#include "net/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text.h"

namespace lpm::net {

bool is_retriable_status(int status) {
  switch (status) {
    case 408:
    case 425:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return true;
    default:
      return false;
  }
}

std::optional<std::int64_t> parse_retry_after(std::string_view value,
                                              std::int64_t unix_seconds_now) {
  value = trim(value);
  constexpr std::uint64_t kLongest = 1'000'000'000;
  if (const auto seconds = parse_decimal(value)) {
    return static_cast<std::int64_t>(std::min(*seconds, kLongest)) * 1000;
  }
  const time_t moment = curl_getdate(std::string(value).c_str(), nullptr);
  if (moment < 0) return std::nullopt;
  return std::clamp<std::int64_t>(moment - unix_seconds_now, 0, kLongest) * 1000;
}

std::int64_t wait_after_attempt(int attempt, const ClientOptions& options,
                                std::optional<std::int64_t> retry_after_ms, double jitter) {
  if (options.backoff_override_ms) return *options.backoff_override_ms;
  if (retry_after_ms) return std::min(*retry_after_ms, options.retry_after_max_ms);
  const double grown = static_cast<double>(options.backoff_ms) *
                       std::pow(static_cast<double>(options.backoff_factor), attempt - 1);
  const double wait = grown * (0.75 + 0.5 * jitter);
  const auto longest = static_cast<double>(options.backoff_max_ms);
  return static_cast<std::int64_t>(std::min(wait, longest));
}

}  // namespace lpm::net
