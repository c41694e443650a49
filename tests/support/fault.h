// Fault: how the fake registry misbehaves for requests whose path fits a pattern.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "support/http_server.h"

namespace lpm::support {

class Fault {
 public:
  explicit Fault(std::string_view pattern) : pattern_(pattern) {}

  // Which requests.
  Fault& times(int count) {
    times_ = count;
    return *this;
  }  // only so many, then all is well
  Fault& after(int count) {
    skip_ = count;
    return *this;
  }  // the first ones pass
  Fault& method(std::string_view name) {
    method_ = name;
    return *this;
  }
  Fault& unless_token(std::string_view token);  // 401 without this bearer token

  // What happens.
  Fault& status(int value, std::string body = "{}");
  Fault& retry_after(std::string_view value);                    // seconds or a date
  Fault& header(std::string_view name, std::string_view value);  // added, or replaced
  Fault& redirect(std::string_view url, int status = 302);
  Fault& delay(int milliseconds) { return delay(milliseconds, milliseconds); }
  Fault& delay(int least_ms, int most_ms) {
    delay_least_ = least_ms;
    delay_most_ = most_ms;
    return *this;
  }
  Fault& stall() {
    stall_ = true;
    return *this;
  }  // no answer; after cut_body: no more bytes
  Fault& reset() {
    reset_ = true;
    return *this;
  }
  Fault& close() {
    close_ = true;
    return *this;
  }
  Fault& cut_body(std::size_t bytes) {
    cut_after_ = bytes;
    return *this;
  }
  Fault& content_length(long long value) {
    declared_length_ = value;
    return *this;
  }
  Fault& chunked() {
    chunked_ = true;
    return *this;
  }
  Fault& slow(std::size_t piece, int pause_ms) {
    piece_size_ = piece;
    piece_delay_ms_ = pause_ms;
    return *this;
  }
  Fault& body(std::string bytes) {
    body_ = std::move(bytes);
    return *this;
  }
  Fault& garbage() { return body("{\"name\": \"broken\", \"versions\": {\"1.0.0\": "); }
  Fault& corrupt_gzip() {
    corrupt_gzip_ = true;
    return *this;
  }
  Fault& ignore_range() {
    ignore_range_ = true;
    return *this;
  }

  // For the registry: does this request get it (and use it up)?
  bool take(const HttpRequest& request);
  bool ignores_range() const { return ignore_range_; }
  void apply(HttpReply& reply, std::mt19937_64& random) const;

 private:
  std::string pattern_;
  std::string method_;
  std::string token_;
  int times_ = -1;
  int skip_ = 0;
  std::optional<int> status_;
  std::optional<std::string> body_;
  Headers headers_;
  int delay_least_ = 0;
  int delay_most_ = 0;
  bool stall_ = false;
  bool reset_ = false;
  bool close_ = false;
  bool chunked_ = false;
  bool corrupt_gzip_ = false;
  bool ignore_range_ = false;
  std::optional<std::size_t> cut_after_;
  std::optional<long long> declared_length_;
  std::size_t piece_size_ = 0;
  int piece_delay_ms_ = 0;
};

bool matches_pattern(std::string_view pattern, std::string_view text);  // `*` matches any text

}  // namespace lpm::support
