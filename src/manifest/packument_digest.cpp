#include "manifest/packument_digest.h"

#include <array>
#include <chrono>
#include <optional>

#include "base/text.h"

namespace lpm::manifest::image {
namespace {

constexpr std::size_t kSha512Base64 = 88;  // 64 bytes and two signs of padding
constexpr std::size_t kSha1Hex = 40;

constexpr auto kBase64Values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The one form that nearly every version has: a single sha512. Decoded here, four digits to three
// bytes, without an allocation per version.
bool decode_sha512(std::string_view text, std::array<char, 64>& bytes) {
  constexpr std::string_view kPrefix = "sha512-";
  if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + kSha512Base64 ||
      !text.ends_with("=="))
    return false;
  const char* digits = text.data() + kPrefix.size();
  std::int32_t bad = 0;  // negative when a digit was none
  const auto value = [&bad](char c) {
    const std::int32_t one = kBase64Values[static_cast<unsigned char>(c)];
    bad |= one;
    return static_cast<std::uint32_t>(one);
  };
  char* out = bytes.data();
  for (std::size_t i = 0; i < kSha512Base64 - 4; i += 4, digits += 4) {
    const std::uint32_t bits = (value(digits[0]) << 18) | (value(digits[1]) << 12) |
                               (value(digits[2]) << 6) | value(digits[3]);
    *out++ = static_cast<char>(bits >> 16);
    *out++ = static_cast<char>(bits >> 8);
    *out++ = static_cast<char>(bits);
  }
  const std::uint32_t last = (value(digits[0]) << 6) | value(digits[1]);
  *out = static_cast<char>(last >> 4);
  return bad >= 0 && (last & 15) == 0;  // canonical spelling only
}

bool decode_sha1(std::string_view hex, std::array<char, 64>& bytes) {
  if (hex.size() != kSha1Hex) return false;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_value(hex[i]);
    const int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i / 2] = static_cast<char>(high * 16 + low);
  }
  return true;
}

std::optional<int> number(std::string_view text, std::size_t at, std::size_t length) {
  if (at + length > text.size()) return std::nullopt;
  const auto value = parse_decimal(text.substr(at, length));
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace

DecodedDigest decode_digest(std::string_view integrity, std::string_view shasum) {
  DecodedDigest digest;
  if (decode_sha512(integrity, digest.binary)) {
    digest.kind = DigestKind::Sha512;
    return digest;
  }
  if (!integrity.empty()) {
    if (const auto parsed = crypto::Integrity::parse(integrity)) {
      digest.kind = DigestKind::Text;
      digest.text = parsed->to_string();
      return digest;
    }
  }
  if (decode_sha1(shasum, digest.binary)) {
    digest.kind = DigestKind::Sha1;
    return digest;
  }
  const std::string_view promised = trim(integrity).empty() ? trim(shasum) : trim(integrity);
  if (promised.empty()) return digest;
  constexpr std::size_t kMaxKept = 200;
  digest.kind = DigestKind::Text;
  digest.text = promised.substr(0, kMaxKept);
  return digest;
}

std::string_view DecodedDigest::bytes() const {
  switch (kind) {
    case DigestKind::None:
      return {};
    case DigestKind::Sha1:
      return {binary.data(), kSha1Hex / 2};
    case DigestKind::Sha512:
      return {binary.data(), binary.size()};
    case DigestKind::Text:
      return text;
  }
  return {};
}

std::int64_t parse_time(std::string_view text) {
  namespace chrono = std::chrono;
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':')
    return kNoTime;
  const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  const auto hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return kNoTime;
  const chrono::year_month_day date{chrono::year(*year),
                                    chrono::month(static_cast<unsigned>(*month)),
                                    chrono::day(static_cast<unsigned>(*day))};
  // 1678 to 2261: what 64 bits of nanoseconds hold.
  if (!date.ok() || *year < 1678 || *year > 2261 || *hour > 23 || *minute > 59 || *second > 60)
    return kNoTime;
  const std::int64_t milliseconds =
      text.size() >= 23 && text[19] == '.' ? number(text, 20, 3).value_or(0) : 0;
  const std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
  return seconds * 1'000'000'000 + milliseconds * 1'000'000;
}

}  // namespace lpm::manifest::image
