// gzip in one piece by libdeflate, which needs its whole output at once and is the fastest where
// that is at hand.
#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "formats/gzip.h"
#include "formats/gzip_frame.h"

namespace lpm::formats {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
struct FreeCompressor {
  void operator()(libdeflate_compressor* c) const { libdeflate_free_compressor(c); }
};

libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> instance(
      libdeflate_alloc_decompressor());
  return instance.get();
}

// How much room to try first. The last four bytes are the length when this is the only member and
// nothing follows it; that is checked for plausibility only, a wrong guess costs a second attempt.
std::uint64_t guessed_size(Bytes input) {
  constexpr std::uint64_t kDeflateBound = 1032;
  std::uint64_t guess = 0;
  for (std::size_t i = 1; i <= 4 && i <= input.size(); ++i)
    guess = guess << 8 | input[input.size() - i];
  const bool is_plausible = guess >= input.size() / 2 && guess <= input.size() * kDeflateBound;
  return std::max<std::uint64_t>(is_plausible ? guess : input.size() * 4, 512);
}

// Inflates the deflate data at the start of `input` behind what `output` holds; returns how much
// input they are.
Result<std::size_t> inflate_raw(Bytes input, PaddedBuffer& output, std::uint64_t limit) {
  const std::size_t start = output.size();
  for (std::uint64_t room = guessed_size(input);;
       room *= 4) {  // repeats cost less than half of the last attempt
    room = std::min(room, limit - start);
    output.resize(start + room);
    std::size_t taken = 0, made = 0;
    switch (libdeflate_deflate_decompress_ex(decompressor(), input.data(), input.size(),
                                             output.data() + start, room, &taken, &made)) {
      case LIBDEFLATE_SUCCESS:
        output.resize(start + made);
        return taken;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (start + room == limit) return too_much_output(limit);
        break;
      default:
        return damaged_gzip("the deflate data are not valid, or they are cut");
    }
  }
}

Status inflate_member(Bytes& input, PaddedBuffer& output, std::uint64_t limit) {
  GzipHeader header;
  switch (header.feed(input)) {
    case GzipHeader::Verdict::NeedsInput:
      return damaged_gzip("they are cut");
    case GzipHeader::Verdict::Damaged:
      return damaged_gzip("no valid gzip header");
    case GzipHeader::Verdict::Done:
      break;
  }
  const std::size_t start = output.size();
  LPM_TRY_ASSIGN(const std::size_t taken, inflate_raw(input, output, limit));
  input = input.subspan(taken);
  GzipTrailer trailer;
  if (!trailer.feed(input)) return damaged_gzip("they are cut");
  const Bytes member = output.bytes().subspan(start);
  if (!trailer.holds(libdeflate_crc32(0, member.data(), member.size()), member.size()))
    return damaged_gzip("checksum or length is wrong");
  return {};
}

bool begins_member(Bytes input) {
  return input.size() >= 2 && input[0] == kGzipMagic[0] && input[1] == kGzipMagic[1];
}

}  // namespace

Status inflate_gzip(Bytes compressed, PaddedBuffer& output, const InflateLimits& limits) {
  output.clear();
  output.reserve(1);  // libdeflate wants an address even for no output
  const std::uint64_t limit = output_limit(compressed.size(), limits);
  do {
    LPM_TRY(inflate_member(compressed, output, limit));
  } while (begins_member(compressed));
  return {};
}

std::string deflate_gzip(Bytes content, int level) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(
      libdeflate_alloc_compressor(std::clamp(level, 1, 12)));
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), content.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), content.data(), content.size(), out.data(),
                                      out.size()));
  return out;
}

Result<PaddedBuffer> decode_gzip_body(Bytes compressed, std::uint64_t max_output) {
  PaddedBuffer output;
  if (compressed.empty()) return output;
  InflateLimits limits;
  limits.max_output = max_output;
  LPM_TRY(inflate_gzip(compressed, output, limits));
  return output;
}

}  // namespace lpm::formats
