// The state behind GzipStream, with the engine as a parameter: tests compare engines.
#pragma once

#include <memory>

#include "formats/gzip.h"
#include "formats/gzip_frame.h"
#include "formats/raw_inflate.h"

namespace lpm::formats {

class GzipMembers {
 public:
  GzipMembers(GzipStream::Sink sink, const InflateLimits& limits,
              std::unique_ptr<RawInflate> engine);
  Status feed(Bytes piece);
  Status finish() const;

 private:
  // Between: behind a member, where another one may begin. Ignored: behind the last one.
  enum class Part { Header, Deflate, Trailer, Between, Ignored };

  Status read_header(Bytes& piece);
  Status inflate(Bytes& piece);
  Status read_trailer(Bytes& piece);
  void look_for_member(Bytes& piece);
  void begin_member();
  Status hand_on(std::size_t made);

  GzipStream::Sink sink_;
  InflateLimits limits_;
  std::unique_ptr<RawInflate> engine_;
  PaddedBuffer output_;
  Part part_ = Part::Header;
  GzipHeader header_;
  GzipTrailer trailer_;
  std::uint32_t checksum_ = 0;
  std::uint64_t member_size_ = 0;
  std::uint64_t total_in_ = 0;
  std::uint64_t total_out_ = 0;
  bool saw_first_magic_ = false;  // Between: a piece ended after 1F
};

}  // namespace lpm::formats
