// gzip over any bytes: as they are, as deflate data in a right frame, and as what is compressed.
// Promises: output limits hold, whatever two ways of reading accept, they read alike, and what was
// compressed comes back. (On hand-made deflate data whose code tables are incomplete the libraries
// differ in what they accept.) The first byte of an input says how the stream is split.
// Inputs: up to 16 KiB.
#include <libdeflate.h>

#include <algorithm>
#include <optional>
#include <string>

#include "formats/gzip.h"
#include "formats/gzip_stream.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;
constexpr InflateLimits kLimits{.max_output = 1U << 16, .max_ratio = 1100};

std::optional<std::string> inflate_whole(Bytes gzip) {
  PaddedBuffer output;
  if (!inflate_gzip(gzip, output, kLimits)) return std::nullopt;
  require(output.size() <= kLimits.max_output, "the output is within its limit");
  return std::string(output.text());
}

std::optional<std::string> inflate_pieces(Bytes gzip, std::size_t piece,
                                          std::unique_ptr<RawInflate> engine) {
  std::string output;
  const auto sink = [&output](Bytes part) -> Status {
    output += as_text(part);
    require(output.size() <= kLimits.max_output, "the output is within its limit");
    return {};
  };
  GzipMembers members(sink, kLimits, std::move(engine));
  while (!gzip.empty()) {
    const Bytes part = gzip.first(std::min(piece, gzip.size()));
    gzip = gzip.subspan(part.size());
    if (!members.feed(part)) return std::nullopt;
  }
  if (!members.finish()) return std::nullopt;
  return output;
}

void require_alike(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (a && b) require(*a == *b, "all engines read alike");
}

void check_all_ways(Bytes gzip, std::size_t piece) {
  const auto whole = inflate_whole(gzip);
  const auto by_zlib = inflate_pieces(gzip, piece, make_zlib_inflate());
  require_alike(whole, by_zlib);
  std::unique_ptr<RawInflate> engine = make_isal_inflate();
  if (engine == nullptr) return;
  const auto by_isal = inflate_pieces(gzip, piece, std::move(engine));
  require_alike(whole, by_isal);
  require_alike(by_zlib, by_isal);
}

// The stream that imports use is one of the engines.
void check_stream(Bytes gzip, std::size_t piece) {
  std::string output;
  GzipStream stream(
      [&output](Bytes part) -> Status {
        output += as_text(part);
        return {};
      },
      kLimits);
  Status status;
  for (Bytes rest = gzip; !rest.empty() && status;) {
    status = stream.feed(rest.first(std::min(piece, rest.size())));
    rest = rest.subspan(std::min(piece, rest.size()));
  }
  if (status) status = stream.finish();
  if (status) require_alike(output, inflate_whole(gzip));
}

void append_number(std::string& out, std::uint32_t number) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(number >> 8 * i);
}

// The bytes as a gzip member whose checksum and length are right, if zlib can read them.
std::optional<std::string> framed(Bytes deflate) {
  std::string output(kLimits.max_output, '\0');
  const std::unique_ptr<RawInflate> engine = make_zlib_inflate();
  const auto step =
      engine->step(deflate, reinterpret_cast<std::uint8_t*>(output.data()), output.size());
  if (step.outcome != RawInflate::Outcome::End) return std::nullopt;
  std::string gzip("\x1F\x8B\x08\0\0\0\0\0\0\x03", 10);
  gzip += as_text(deflate.first(step.taken));
  append_number(gzip, libdeflate_crc32(0, output.data(), step.made));
  append_number(gzip, static_cast<std::uint32_t>(step.made));
  return gzip;
}

std::string without_nul(std::string_view text) {
  return std::string(text.substr(0, text.find('\0')));
}

// A gzip file with the optional fields of its header that `flags` names.
std::string dressed(std::string_view gzip, unsigned flags, std::string_view text) {
  constexpr std::size_t kFixed = 10;
  constexpr unsigned kChecksum = 2, kExtra = 4, kName = 8, kComment = 16;
  std::string header(gzip.substr(0, kFixed));
  header[3] = static_cast<char>(flags & (kChecksum | kExtra | kName | kComment));
  if ((flags & kExtra) != 0) {
    header += static_cast<char>(text.size());
    header += static_cast<char>(text.size() >> 8);
    header += text;
  }
  if ((flags & kName) != 0) header += without_nul(text) + '\0';
  if ((flags & kComment) != 0) header += without_nul(text) + '\0';
  if ((flags & kChecksum) != 0) {
    const std::uint32_t checksum = libdeflate_crc32(0, header.data(), header.size());
    header += static_cast<char>(checksum);
    header += static_cast<char>(checksum >> 8);
  }
  return header + std::string(gzip.substr(kFixed));
}

void require_round_trip(Bytes content, std::size_t piece, unsigned flags) {
  const std::string plain = deflate_gzip(content, static_cast<int>(1 + flags % 12));
  const std::string gzip = dressed(plain, flags, as_text(content).substr(0, flags % 300));
  require(inflate_whole(as_bytes(gzip)) == as_text(content), "what is compressed comes back");
  require(inflate_pieces(as_bytes(gzip), piece, make_zlib_inflate()) == as_text(content),
          "what is compressed comes back in pieces");
  if (std::unique_ptr<RawInflate> engine = make_isal_inflate())
    require(inflate_pieces(as_bytes(gzip), piece, std::move(engine)) == as_text(content),
            "what is compressed comes back in pieces");
  const auto body = decode_gzip_body(as_bytes(gzip), kLimits.max_output);
  require(body && body->text() == as_text(content), "a compressed body comes back");
  const std::string twice = gzip + gzip + "x";
  require(inflate_whole(as_bytes(twice)) ==
              std::string(as_text(content)) + std::string(as_text(content)),
          "members are read on, what follows is not");
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  if (size == 0) return 0;
  const lpm::Bytes input(data + 1, size - 1);
  const std::size_t piece = data[0] * 7U + 1;
  check_all_ways(input, piece);
  check_stream(input, piece);
  if (const std::optional<std::string> gzip = framed(input))
    check_all_ways(lpm::as_bytes(*gzip), piece);
  if (size < 1024) require_round_trip(input, piece, data[0]);
  return 0;
}
