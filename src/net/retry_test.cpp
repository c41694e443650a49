#include "net/retry.h"

#include <gtest/gtest.h>

namespace lpm::net {
namespace {

TEST(Retry, DoublesTheWaitWithinAQuarterOfJitterUpToTheCap) {
  const ClientOptions options;
  EXPECT_EQ(wait_after_attempt(1, options, std::nullopt, 0.5), 1000);
  EXPECT_EQ(wait_after_attempt(2, options, std::nullopt, 0.5), 2000);
  EXPECT_EQ(wait_after_attempt(3, options, std::nullopt, 0.5), 4000);
  EXPECT_EQ(wait_after_attempt(3, options, std::nullopt, 0.0), 3000);
  EXPECT_EQ(wait_after_attempt(3, options, std::nullopt, 1.0), 5000);
  EXPECT_EQ(wait_after_attempt(4, options, std::nullopt, 1.0), 10'000);
  EXPECT_EQ(wait_after_attempt(60, options, std::nullopt, 0.0), 10'000);
}

TEST(Retry, WaitsAsLongAsTheServerAsksUpToAMinute) {
  const ClientOptions options;
  EXPECT_EQ(wait_after_attempt(1, options, 7000, 0.5), 7000);
  EXPECT_EQ(wait_after_attempt(1, options, 90'000, 0.5), 60'000);
}

TEST(Retry, GrowsByTheFactorUpToTheLongestWait) {
  ClientOptions options;
  options.backoff_ms = 100;
  options.backoff_factor = 10;
  EXPECT_EQ(wait_after_attempt(1, options, std::nullopt, 0.5), 100);
  EXPECT_EQ(wait_after_attempt(3, options, std::nullopt, 0.5), 10'000);
  EXPECT_EQ(wait_after_attempt(400, options, std::nullopt, 0.5), 10'000);
  options.backoff_factor = 0;
  EXPECT_EQ(wait_after_attempt(2, options, std::nullopt, 0.5), 0);
}

TEST(Retry, WaitsAsToldWhenTheWaitIsOverridden) {
  ClientOptions options;
  options.backoff_override_ms = 10;
  EXPECT_EQ(wait_after_attempt(1, options, 7000, 0.5), 10);
}

TEST(Retry, ReadsRetryAfterInSecondsAndAsDate) {
  constexpr std::int64_t kNow = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(parse_retry_after(" 120 ", kNow), 120'000);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:47 GMT", kNow), 10'000);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:27 GMT", kNow), 0);
  EXPECT_EQ(parse_retry_after("soon", kNow), std::nullopt);
  EXPECT_EQ(parse_retry_after("-5", kNow), std::nullopt);
  EXPECT_EQ(parse_retry_after("", kNow), std::nullopt);
  EXPECT_EQ(parse_retry_after("18446744073709551615", kNow), 1'000'000'000'000);
}

TEST(Retry, RepeatsStatusesThatPassAndNoOthers) {
  for (const int status : {408, 425, 429, 500, 502, 503, 504}) {
    EXPECT_TRUE(is_retriable_status(status)) << status;
  }
  for (const int status : {200, 304, 400, 401, 403, 404, 410, 501}) {
    EXPECT_FALSE(is_retriable_status(status)) << status;
  }
}

}  // namespace
}  // namespace lpm::net
