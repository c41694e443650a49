// net: HTTP over one network thread. Owns connections, TLS, proxies, deadlines, redirects, the one
// retry budget per request, resume of cut bodies, and priorities; must not know what a registry is.
// Main types: Client, Request, Response. Client is thread-safe; completions run on the network
// thread and must return at once (hand work to a pool). Nothing is set up before the first request.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace lpm::net {

// Order in which waiting requests start. Metadata first in, first out; tarballs largest first, with
// a reserved half of the slots; background work after both.
enum class Priority : std::uint8_t { Metadata, Tarball, Background };

struct Tls {
  bool strict = true;
  std::vector<std::string> ca_files;
  std::vector<std::string> ca_pems;
  std::string certificate_pem;
  Secret key_pem;
  std::string certificate_file;
  std::string key_file;
};

struct Request {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // no credentials here
  Secret authorization;  // sent to the URL's own origin only, never after a redirect to another
  Priority priority = Priority::Metadata;
  std::uint64_t expected_size = 0;  // orders tarballs; 0: unknown
  std::uint64_t max_body = 500ULL << 20;
  Tls tls;
  std::string proxy;                  // URL or empty; may hold credentials, never printed
  std::int64_t total_timeout_ms = 0;  // of one attempt; 0: only the idle deadline
  int attempts_before =
      0;  // of this URL, whose bodies were of no use: they count towards `retries`
  // With a sink, pieces of a 200 body go there as they arrive (network thread) and Response::body
  // stays empty. `restart` is called before the first piece of an attempt that cannot resume.
  struct Stream {
    std::function<void(PaddedBuffer piece)> piece;
    std::function<void()> restart;
  };
  // Decides, when the length is known or nothing is known, whether to stream: bodies of at least
  // this size.
  std::uint64_t stream_from = UINT64_MAX;
  std::optional<Stream> stream;
};

inline constexpr int kMostAttempts = 4;  // at one URL, whatever fails (contract C.1)

// Whether a whole body that was of no use is asked for again. It may have been damaged or cut on
// its way: other bytes each time, as long as attempts are left. The same again are what the server
// has.
struct BodyRepeats {
  int attempts = 0;        // at the URL, in all
  std::string last_bytes;  // what the last body was, in any terms that tell two apart
  bool ask_again(std::string bytes) {
    const bool is_new = bytes != last_bytes;
    last_bytes = std::move(bytes);
    return is_new && attempts < kMostAttempts;
  }
};

struct Response {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  PaddedBuffer body;  // as received: content-encoding is not undone
  bool streamed = false;
  int attempts = 1;
  std::string_view header(std::string_view name) const;  // "" when absent
};

// Any final HTTP status is a Response; Error is NETWORK, TIMEOUT, TLS or LIMIT and names URL and
// attempts. Statuses 408, 425, 429, 500, 502, 503, 504 and broken connections are retried inside
// the budget.
using Completion = std::function<void(Result<Response>)>;

struct ClientOptions {
  int retries =
      kMostAttempts - 1;  // attempts after the first (npm: fetch-retries... at most 3 here)
  std::int64_t backoff_ms = 1000;  // 1, 2, 4 s with jitter, capped at backoff_max_ms
  std::int64_t backoff_factor = 2;
  std::int64_t backoff_max_ms = 10'000;
  std::int64_t retry_after_max_ms = 60'000;
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t idle_timeout_ms = 30'000;
  int max_requests = 64;              // in flight
  int max_connections_per_host = 48;  // HTTP/1.1
  std::string user_agent;
  // LPM_RETRY_BACKOFF_MS_OVERRIDE, already judged by the caller: replaces every wait between
  // attempts.
  std::optional<std::int64_t> backoff_override_ms;
};

struct ClientStatistics {
  std::uint64_t requests = 0;
  std::uint64_t attempts = 0;
  std::uint64_t bytes_received = 0;
};

// A request without progress, for the live line and for explaining waits.
struct Stalled {
  std::string url;  // without credentials
  std::int64_t idle_ms = 0;
};

class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();  // cancels what runs; no completion is called afterwards
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void submit(Request request, Completion completion);
  // For commands that need one answer. Not from a completion: it would wait for itself.
  Result<Response> fetch(Request request);
  ClientStatistics statistics() const;
  // The request that has waited longest without a byte, if longer than `at_least_ms`.
  std::optional<Stalled> longest_stall(std::int64_t at_least_ms) const;

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

// For messages: the URL without user, password, query and fragment.
std::string without_credentials(std::string_view url);

}  // namespace lpm::net
