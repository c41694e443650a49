// Fault: how the fake registry misbehaves for requests whose path fits a pattern.
#pragma once

#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "support/http_server.h"

namespace lpm::support {

// Made by the registry, and filled in while it answers already: what sets a field holds `mutex`,
// which is the registry's.
class Fault {
 public:
  Fault(std::string_view pattern, std::mutex& mutex) : mutex_(mutex), pattern_(pattern) {}

  // Which requests.
  Fault& times(int count) { return set(times_, count); }  // only so many, then all is well
  Fault& after(int count) { return set(skip_, count); }   // the first ones pass
  Fault& method(std::string_view name) { return set(method_, std::string(name)); }
  Fault& unless_token(std::string_view token);  // 401 without this bearer token

  // What happens.
  Fault& status(int value, std::string body = "{}");
  Fault& retry_after(std::string_view value);                    // seconds or a date
  Fault& header(std::string_view name, std::string_view value);  // added, or replaced
  Fault& redirect(std::string_view url, int status = 302);
  Fault& delay(int milliseconds) { return delay(milliseconds, milliseconds); }
  Fault& delay(int least_ms, int most_ms) {
    return set(delay_least_, least_ms).set(delay_most_, most_ms);
  }
  Fault& stall() { return set(stall_, true); }  // no answer; after cut_body: no more bytes
  Fault& reset() { return set(reset_, true); }
  Fault& close() { return set(close_, true); }
  Fault& cut_body(std::size_t bytes) { return set(cut_after_, bytes); }
  Fault& content_length(long long value) { return set(declared_length_, value); }
  Fault& chunked() { return set(chunked_, true); }
  Fault& slow(std::size_t piece, int pause_ms) {
    return set(piece_size_, piece).set(piece_delay_ms_, pause_ms);
  }
  Fault& body(std::string bytes) { return set(body_, std::move(bytes)); }
  Fault& garbage() { return body("{\"name\": \"broken\", \"versions\": {\"1.0.0\": "); }
  Fault& corrupt_gzip() { return set(corrupt_gzip_, true); }
  Fault& ignore_range() { return set(ignore_range_, true); }

  // For the registry, which holds the mutex: does this request get it (and use it up)?
  bool take(const HttpRequest& request);
  bool ignores_range() const { return ignore_range_; }
  void apply(HttpReply& reply, std::mt19937_64& random) const;

 private:
  template <class Field, class Value>
  Fault& set(Field& field, Value&& value) {
    const std::lock_guard lock(mutex_);
    field = std::forward<Value>(value);
    return *this;
  }

  std::mutex& mutex_;
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
