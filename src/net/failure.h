// What a failed attempt means, in the user's words.
#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "base/error.h"
#include "net/transfer.h"

namespace lpm::net {

struct AttemptFacts {
  CURLcode code = CURLE_OK;
  Abort abort = Abort::None;
  bool connected = false;
  long os_errno = 0;
  std::string_view curl_text;  // curl's own sentence
  std::string_view url;        // with credentials; shown without
  std::string_view origin;
  bool through_proxy = false;
  std::uint64_t max_body = 0;
  std::uint64_t received = 0;
};

// Whether a later attempt may succeed.
bool is_retriable_failure(CURLcode code, Abort abort);
// Whether a connection that was idle, or ended by GOAWAY, explains the failure.
bool is_stale_connection(CURLcode code);
Error describe_failure(const AttemptFacts& facts);

}  // namespace lpm::net
