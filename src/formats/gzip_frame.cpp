#include "formats/gzip_frame.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>

#include "base/text.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kFixedSize = 10;
constexpr std::uint8_t kDeflateMethod = 8;
constexpr std::uint8_t kHasChecksum = 2, kHasExtra = 4, kHasName = 8, kHasComment = 16,
                       kReserved = 0xE0;

std::uint32_t little_endian(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}

// What the fixed bytes must be: magic and method; flags that are not reserved.
bool is_fixed_byte(std::size_t at, std::uint8_t byte) {
  switch (at) {
    case 0:
    case 1:
      return byte == kGzipMagic[at];
    case 2:
      return byte == kDeflateMethod;
    case 3:
      return (byte & kReserved) == 0;
    default:
      return true;
  }
}

}  // namespace

GzipHeader::Verdict GzipHeader::feed(Bytes& piece) {
  while (part_ != Part::Done) {
    if (piece.empty()) return Verdict::NeedsInput;
    if (!take(piece.front())) return Verdict::Damaged;
    piece = piece.subspan(1);
  }
  return Verdict::Done;
}

bool GzipHeader::take(std::uint8_t byte) {
  if (part_ != Part::Checksum) checksum_ = libdeflate_crc32(checksum_, &byte, 1);
  const std::size_t at = count_++;
  switch (part_) {
    case Part::Fixed:
      if (!is_fixed_byte(at, byte)) return false;
      if (at == 3) flags_ = byte;
      if (count_ == kFixedSize) begin_part_after(Part::Fixed);
      return true;
    case Part::ExtraSize:
      number_ |= static_cast<std::uint32_t>(byte) << 8 * at;
      if (count_ == 2) begin_part_after(number_ > 0 ? Part::ExtraSize : Part::Extra);
      return true;
    case Part::Extra:
      if (count_ == number_) begin_part_after(Part::Extra);
      return true;
    case Part::Name:
    case Part::Comment:
      if (byte == 0) begin_part_after(part_);
      return true;
    case Part::Checksum:
      number_ |= static_cast<std::uint32_t>(byte) << 8 * at;
      if (count_ < 2) return true;
      begin_part_after(Part::Checksum);
      return number_ == (checksum_ & 0xFFFF);
    case Part::Done:
      return true;
  }
  return false;
}

void GzipHeader::begin_part_after(Part part) {
  count_ = 0;
  if (part == Part::Fixed && (flags_ & kHasExtra) != 0) {
    part_ = Part::ExtraSize;
  } else if (part == Part::ExtraSize) {
    part_ = Part::Extra;
  } else if (part < Part::Name && (flags_ & kHasName) != 0) {
    part_ = Part::Name;
  } else if (part < Part::Comment && (flags_ & kHasComment) != 0) {
    part_ = Part::Comment;
  } else if (part < Part::Checksum && (flags_ & kHasChecksum) != 0) {
    part_ = Part::Checksum;
    number_ = 0;
  } else {
    part_ = Part::Done;
  }
}

bool GzipTrailer::feed(Bytes& piece) {
  const std::size_t taken = std::min(kSize - count_, piece.size());
  std::copy_n(piece.begin(), taken, bytes_.begin() + static_cast<std::ptrdiff_t>(count_));
  count_ += taken;
  piece = piece.subspan(taken);
  return count_ == kSize;
}

bool GzipTrailer::holds(std::uint32_t checksum, std::uint64_t length) const {
  return little_endian(bytes_.data()) == checksum &&
         little_endian(bytes_.data() + 4) == static_cast<std::uint32_t>(length);
}

std::uint64_t output_limit(std::uint64_t input, const InflateLimits& limits) {
  std::uint64_t by_ratio = 0;
  if (__builtin_mul_overflow(input, limits.max_ratio, &by_ratio)) by_ratio = UINT64_MAX;
  return std::min(limits.max_output, std::max(limits.ratio_from, by_ratio));
}

Error damaged_gzip(std::string_view reason) {
  return Error(ErrorCode::BAD_TARBALL, fmt::format("the gzip data are damaged: {}", reason));
}

Error too_much_output(std::uint64_t limit) {
  return Error(ErrorCode::LIMIT,
               fmt::format("the gzip data unpack to more than {}", human_bytes(limit)));
}

}  // namespace lpm::formats
