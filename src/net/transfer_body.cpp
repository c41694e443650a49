// The body of a transfer: whole, continued after a cut, or in pieces to a sink.
#include <algorithm>

#include "base/text.h"
#include "net/transfer.h"

namespace lpm::net {
namespace {

constexpr std::uint64_t kFirstReservation = 64ULL << 20;
constexpr std::size_t kPieceSize = 64 << 10;
constexpr std::size_t kMostErrorBody = 64 << 10;

}  // namespace

std::uint64_t Transfer::buffered_estimate() const {
  const std::uint64_t size = whole_length_.value_or(request_.expected_size);
  if (streaming_) return kPieceSize;
  return request_.stream ? std::min(size, request_.stream_from) : size;
}

std::string_view Transfer::header(std::string_view name) const {
  for (const auto& [key, value] : headers_) {
    if (key == name) return value;
  }
  return "";
}

std::optional<std::uint64_t> Transfer::content_length() const {
  return parse_decimal(header("content-length"));
}

// Decides, before the first byte, where the body of this attempt belongs.
bool Transfer::begin_body() {
  body_begun_ = true;
  if (status_ == 200) return begin_whole_body();
  if (status_ != 206) return true;
  if (resumed_at_ > 0 && accepts_rest()) return true;
  ranges_refused_ = true;
  abort_ = Abort::WrongRange;
  return false;
}

bool Transfer::begin_whole_body() {
  if (streaming_ && streamed_ > 0 && request_.stream->restart) request_.stream->restart();
  body_.clear();
  piece_.clear();
  streamed_ = 0;
  whole_length_ = content_length();
  validator_ = validator();
  whole_headers_ = headers_;
  if (whole_length_.value_or(0) > request_.max_body) {
    abort_ = Abort::TooLarge;
    return false;
  }
  streaming_ = request_.stream && whole_length_.value_or(0) >= request_.stream_from;
  if (!streaming_ && whole_length_) {
    body_.reserve(static_cast<std::size_t>(std::min(*whole_length_, kFirstReservation)));
  }
  return true;
}

// `Content-Range: bytes 100-199/200` has to go on exactly where the body ended, in a file of the
// same length.
bool Transfer::accepts_rest() {
  std::string_view range = header("content-range");
  if (!range.starts_with("bytes ")) return false;
  range.remove_prefix(6);
  const auto slash = range.find('/');
  if (parse_decimal(range.substr(0, range.find('-'))) != resumed_at_ || slash == range.npos)
    return false;
  const std::string_view total = range.substr(slash + 1);
  if (total == "*") return true;
  if (!whole_length_) whole_length_ = parse_decimal(total);
  return parse_decimal(total) == whole_length_;
}

// What proves that a later answer is of the same bytes. Weak tags do not.
std::string Transfer::validator() const {
  const std::string_view tag = header("etag");
  if (!tag.empty() && !tag.starts_with("W/")) return std::string(tag);
  return std::string(header("last-modified"));
}

// A tarball never changes under its URL and its digest is checked, so equal length is enough there.
bool Transfer::can_resume() const {
  if (have() == 0 || ranges_refused_) return false;
  return !validator_.empty() || (request_.priority == Priority::Tarball && whole_length_);
}

bool Transfer::take_body(const char* data, std::size_t size) {
  bytes_received_ += size;
  attempt_body_ += size;
  if (!is_body_status()) {
    // Short, and only to tell what a registry says about its refusal.
    const std::size_t room = kMostErrorBody - std::min(kMostErrorBody, error_body_.size());
    error_body_.append(data, std::min(room, size));
    return true;
  }
  if (have() + piece_.size() + size > request_.max_body) {
    abort_ = Abort::TooLarge;
    return false;
  }
  if (streaming_) {
    stream_piece(data, size);
    return true;
  }
  body_.append(data, size);
  if (request_.stream && !whole_length_ && body_.size() >= request_.stream_from) {
    streaming_ = true;
    streamed_ = body_.size();
    request_.stream->piece(std::exchange(body_, PaddedBuffer()));
  }
  return true;
}

void Transfer::stream_piece(const char* data, std::size_t size) {
  if (piece_.size() + size > kPieceSize) flush_piece();
  if (piece_.capacity() == 0) piece_.reserve(std::max(kPieceSize, size));
  piece_.append(data, size);
}

void Transfer::flush_piece() {
  if (piece_.empty()) return;
  streamed_ += piece_.size();
  request_.stream->piece(std::exchange(piece_, PaddedBuffer()));
}

bool Transfer::is_body_whole() const {
  if (status_ == 206) return have() == whole_length_.value_or(have());
  const auto expected = content_length();
  return !expected || status_ == 304 || status_ == 204 || attempt_body_ == *expected;
}

}  // namespace lpm::net
