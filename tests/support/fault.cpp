#include "support/fault.h"

namespace lpm::support {

bool matches_pattern(std::string_view pattern, std::string_view text) {
  while (!pattern.empty() && pattern[0] != '*') {
    if (text.empty() || text[0] != pattern[0]) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  if (pattern.empty()) return text.empty();
  for (std::size_t skip = 0; skip <= text.size(); ++skip)
    if (matches_pattern(pattern.substr(1), text.substr(skip))) return true;
  return false;
}

Fault& Fault::unless_token(std::string_view token) {
  return set(token_, std::string(token)).status(401, R"({"error": "authentication required"})");
}

Fault& Fault::status(int value, std::string body) {
  return set(status_, value).body(std::move(body));
}

Fault& Fault::retry_after(std::string_view value) {
  return header("retry-after", value);
}

Fault& Fault::header(std::string_view name, std::string_view value) {
  const std::lock_guard lock(mutex_);
  headers_.emplace_back(name, value);
  return *this;
}

Fault& Fault::redirect(std::string_view url, int status) {
  return this->status(status, "").header("location", url);
}

bool Fault::take(const HttpRequest& request) {
  if (times_ == 0 || !matches_pattern(pattern_, request.path)) return false;
  if (!method_.empty() && method_ != request.method) return false;
  if (!token_.empty() && header_value(request.headers, "authorization") == "Bearer " + token_)
    return false;
  if (skip_ > 0) {
    --skip_;
    return false;
  }
  if (times_ > 0) --times_;
  return true;
}

void Fault::apply(HttpReply& reply, std::mt19937_64& random) const {
  if (status_) reply.status = *status_;
  if (body_) {
    reply.body = *body_;
    std::erase_if(reply.headers, [](const auto& header) {
      return header.first == "content-encoding" || header.first == "etag" ||
             header.first == "content-range";
    });
  }
  for (const auto& [name, value] : headers_) {
    std::erase_if(reply.headers, [&](const auto& header) { return header.first == name; });
    reply.headers.emplace_back(name, value);
  }
  if (corrupt_gzip_ && reply.body.size() > 20) {
    for (std::size_t i = 12; i < reply.body.size(); i += 7)
      reply.body[i] = static_cast<char>(reply.body[i] ^ 0x55);
  }
  if (delay_most_ > 0)
    reply.delay_ms = std::uniform_int_distribution(delay_least_, delay_most_)(random);
  reply.stall = stall_;
  reply.reset = reset_;
  reply.close = close_;
  reply.chunked = chunked_;
  reply.cut_after = cut_after_;
  reply.declared_length = declared_length_;
  reply.piece_size = piece_size_;
  reply.piece_delay_ms = piece_delay_ms_;
}

}  // namespace lpm::support
