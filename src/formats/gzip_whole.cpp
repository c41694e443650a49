// Whole gzip buffers by libdeflate.
#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "base/text.h"
#include "formats/gzip.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kTrailer = 8;        // CRC-32 and length, behind each member
constexpr std::uint64_t kRatioFloor = 1U << 20;  // ratios are judged beyond this much output

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeCompressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> instance(libdeflate_alloc_decompressor());
  return instance.get();
}

std::uint32_t little_endian(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16 | static_cast<std::uint32_t>(p[3]) << 24;
}

bool is_gzip_header(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; }

Error damaged(std::string_view reason) {
  return Error(ErrorCode::BAD_TARBALL, fmt::format("the gzip data are damaged: {}", reason));
}

std::uint64_t output_limit(std::size_t input, const InflateLimits& limits) {
  const std::uint64_t by_ratio = std::max<std::uint64_t>(kRatioFloor, static_cast<std::uint64_t>(input) * limits.max_ratio);
  return std::min(limits.max_output, by_ratio);
}

Error too_large(std::uint64_t limit) {
  return Error(ErrorCode::LIMIT, fmt::format("the gzip data unpack to more than {}", human_bytes(limit)));
}

// Inflates the member at the start of `input` behind what `output` holds; returns the bytes of input it took.
Result<std::size_t> inflate_member(Bytes input, PaddedBuffer& output, std::uint64_t limit) {
  // The last four bytes are the length modulo 2^32 when this is the only member; a hint, nothing more.
  std::uint64_t room = input.size() >= 18 ? little_endian(input.data() + input.size() - 4) : 0;
  if (room > static_cast<std::uint64_t>(input.size()) * 1032 + 64) room = static_cast<std::uint64_t>(input.size()) * 4;
  room = std::max<std::uint64_t>(room, 512);
  const std::size_t start = output.size();
  while (true) {
    room = std::min<std::uint64_t>(room, limit - start + 1);
    output.resize(start + room);
    std::size_t taken = 0, made = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(decompressor(), input.data(), input.size(),
                                                                   output.data() + start, room, &taken, &made);
    if (result == LIBDEFLATE_SUCCESS) {
      output.resize(start + made);
      if (output.size() > limit) return too_large(limit);
      return taken;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return damaged("bad data, checksum or length");
    if (start + room > limit) return too_large(limit);
    room *= 4;
  }
}

}  // namespace

Status inflate_gzip(Bytes compressed, PaddedBuffer& output, const InflateLimits& limits) {
  output.clear();
  if (!is_gzip_header(compressed)) return damaged("it is not gzip");
  const std::uint64_t limit = output_limit(compressed.size(), limits);
  while (is_gzip_header(compressed)) {
    if (compressed.size() < kTrailer) return damaged("it is cut");
    LPM_TRY_ASSIGN(const std::size_t taken, inflate_member(compressed, output, limit));
    compressed = compressed.subspan(taken);
  }
  return {};
}

std::string deflate_gzip(Bytes content, int level) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(level));
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), content.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), content.data(), content.size(), out.data(), out.size()));
  return out;
}

Result<PaddedBuffer> decode_gzip_body(Bytes compressed, std::uint64_t max_output) {
  PaddedBuffer output;
  InflateLimits limits;
  limits.max_output = max_output;
  LPM_TRY(inflate_gzip(compressed, output, limits));
  return output;
}

}  // namespace lpm::formats
