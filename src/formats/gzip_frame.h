// What surrounds the deflate data of a gzip member (RFC 1952): header, trailer, limits. Read by our
// own code for whole buffers and streams alike, so that the verdict does not depend on the library
// that inflates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "formats/gzip.h"

namespace lpm::formats {

constexpr std::uint8_t kGzipMagic[2] = {0x1F, 0x8B};

// The header of one member, from any split of its bytes.
class GzipHeader {
 public:
  enum class Verdict { NeedsInput, Done, Damaged };

  // Takes from the front of `piece` what belongs to the header.
  Verdict feed(Bytes& piece);

 private:
  enum class Part { Fixed, ExtraSize, Extra, Name, Comment, Checksum, Done };
  bool take(std::uint8_t byte);
  void begin_part_after(Part part);

  Part part_ = Part::Fixed;
  std::uint8_t flags_ = 0;
  std::uint32_t count_ = 0;     // bytes of the part seen
  std::uint32_t number_ = 0;    // extra size or stored checksum
  std::uint32_t checksum_ = 0;  // CRC-32 of the header so far
};

// CRC-32 and length modulo 2^32 behind the deflate data.
class GzipTrailer {
 public:
  static constexpr std::size_t kSize = 8;

  // Takes from the front of `piece` what belongs to the trailer; true when it is whole.
  bool feed(Bytes& piece);
  bool holds(std::uint32_t checksum, std::uint64_t length) const;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
  std::size_t count_ = 0;
};

// How much `input` bytes may unpack to.
std::uint64_t output_limit(std::uint64_t input, const InflateLimits& limits);

Error damaged_gzip(std::string_view reason);
Error too_much_output(std::uint64_t limit);

}  // namespace lpm::formats
