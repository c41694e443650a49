// gzip (RFC 1952). Whole buffers by libdeflate; streams by isa-l when the system has it, else zlib.
// Several members are read on, bytes after the last member are ignored, a wrong CRC or length is
// refused. All ways of reading agree on files that a compressor wrote, whole or damaged; on deflate
// data made by hand, with code tables that are incomplete, they differ in what they accept only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace lpm::formats {

struct InflateLimits {
  std::uint64_t max_output = 5ULL << 30;  // bytes
  // Output to input, judged once `ratio_from` bytes have come out. Deflate's own bound is 1032;
  // real packages stay far below 200 unless they are small.
  std::uint32_t max_ratio = 200;
  std::uint64_t ratio_from = 64ULL << 20;
};

// Inflates all members into `output` (cleared first). BAD_TARBALL or LIMIT on failure.
Status inflate_gzip(Bytes compressed, PaddedBuffer& output, const InflateLimits& limits = {});

// Resumable inflate: feed pieces as they arrive; `sink` gets output in order and may fail.
class GzipStream {
 public:
  using Sink = std::function<Status(Bytes)>;
  GzipStream(Sink sink, const InflateLimits& limits = {});
  GzipStream(GzipStream&&) noexcept;
  ~GzipStream();
  Status feed(Bytes piece);
  Status finish();  // fails when the stream is cut

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Compresses deterministically: no name, no time. level 1 to 12.
std::string deflate_gzip(Bytes content, int level = 6);
// For HTTP bodies: inflates `gzip` content into a padded buffer.
Result<PaddedBuffer> decode_gzip_body(Bytes compressed, std::uint64_t max_output);

}  // namespace lpm::formats
