// One request on its way: its attempts, redirects, partial body, and the judgement of each attempt.
// Lives on the network thread; only last_progress() and url() may be read by others.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "net/net.h"
#include "net/url.h"

namespace lpm::net {

// Why we ended an attempt ourselves; curl's own codes cover the rest.
enum class Abort : std::uint8_t { None, TooLarge, TooManyHeaders, WrongRange, Connect, Idle };

enum class Next : std::uint8_t {
  Deliver,  // a final answer
  Fail,     // no further attempt
  Repeat,   // again at once, not counted
  Follow,   // a redirect, at once
  Retry,    // again after a wait
};

class Transfer {
 public:
  Transfer(Request request, Completion completion);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets up `handle` for the next attempt. Fails when the request itself is not usable.
  Status prepare(CURL* handle, const ClientOptions& options);
  // After curl is done with the attempt, or after abort(). Sets wait_ms() for Retry.
  Next judge(CURLcode code, const ClientOptions& options, double jitter);
  Result<Response> take_response();
  Error take_error();
  void complete(Result<Response> result);  // calls the completion

  void abort(Abort reason) { abort_ = reason; }
  // The next attempt is for a reason that is not the server's, and does not count.
  void begin_again() { uncounted_ = true; }
  bool needs_tls() const;
  const Request& request() const { return request_; }
  const std::string& url() const { return request_.url; }
  const std::string& origin() const { return target_.origin; }
  bool is_http2_capable() const { return target_.scheme == "https"; }
  bool is_connected() const { return connected_; }
  int attempts() const { return attempts_; }
  std::int64_t wait_ms() const { return wait_ms_; }
  std::int64_t attempt_started() const { return attempt_started_; }
  std::int64_t last_progress() const { return last_progress_.load(std::memory_order_relaxed); }
  std::uint64_t bytes_received() const { return bytes_received_; }
  // Memory that this body takes or will take.
  std::uint64_t buffered_estimate() const;

  // Used by the loop.
  CURL* handle = nullptr;
  bool trusted_directory = false;  // the attempt was verified against the system's folder alone
  std::int64_t due = 0;            // monotonic, while it waits for its next attempt

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_connected(void* self, char*, char*, int, int);

  Status set_headers(const ClientOptions& options);
  void read_header_line(std::string_view line);
  bool begin_body();
  bool begin_whole_body();
  bool accepts_rest();
  bool take_body(const char* data, std::size_t size);
  void stream_piece(const char* data, std::size_t size);
  void flush_piece();
  void progress();

  std::string_view header(std::string_view name) const;
  std::optional<std::uint64_t> content_length() const;
  std::uint64_t have() const { return streaming_ ? streamed_ : body_.size(); }
  bool can_resume() const;
  std::string validator() const;
  bool is_body_status() const { return status_ == 200 || status_ == 206; }
  bool is_body_whole() const;
  bool follow_redirect();
  bool broke_before_first_byte(CURLcode code) const;
  void note_failure(CURLcode code);
  Next fail_or_retry(bool retriable, const ClientOptions& options, double jitter);
  Next retry_later(std::optional<std::int64_t> retry_after_ms, const ClientOptions& options,
                   double jitter);

  Request request_;
  Completion completion_;
  std::string current_url_;
  Target target_;
  std::string first_origin_;
  curl_slist* header_list_ = nullptr;
  char error_text_[CURL_ERROR_SIZE] = {};

  int attempts_ = 0;
  int repeats_ = 0;
  int hops_ = 0;
  bool uncounted_ = false;  // the next attempt is a repeat or a hop
  bool fresh_ = false;      // the next attempt needs a connection of its own
  std::int64_t wait_ms_ = 0;

  // The attempt that runs.
  Abort abort_ = Abort::None;
  bool connected_ = false;
  bool any_byte_ = false;
  bool body_begun_ = false;
  int status_ = 0;
  std::size_t header_bytes_ = 0;
  std::uint64_t attempt_body_ = 0;
  std::uint64_t resumed_at_ = 0;
  std::int64_t attempt_started_ = 0;
  std::vector<std::pair<std::string, std::string>> headers_;

  // The body so far, over all attempts.
  PaddedBuffer body_;
  PaddedBuffer piece_;
  PaddedBuffer error_body_;
  bool streaming_ = false;
  std::uint64_t streamed_ = 0;
  std::optional<std::uint64_t> whole_length_;
  std::string validator_;
  bool ranges_refused_ = false;
  std::vector<std::pair<std::string, std::string>> whole_headers_;

  std::optional<Error> error_;
  std::atomic<std::int64_t> last_progress_{0};
  std::uint64_t bytes_received_ = 0;
};

}  // namespace lpm::net
