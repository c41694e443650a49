#include "ops/fingerprint.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace lpm::ops {
namespace {

constexpr std::string_view kEnd = "end ";
constexpr std::size_t kSealSize = kEnd.size() + 16 + 1;  // "end " + 16 digits + line feed

}  // namespace

std::string fingerprint64(std::string_view bytes) {
  return fmt::format("{:016x}", XXH3_64bits(bytes.data(), bytes.size()));
}

std::string fingerprint128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string seal(std::string body) {
  body += fmt::format("{}{}\n", kEnd, fingerprint64(body));
  return body;
}

std::optional<std::string_view> sealed_body(std::string_view text) {
  if (text.size() < kSealSize) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - kSealSize);
  const std::string_view end = text.substr(body.size());
  if (!end.starts_with(kEnd) || end.back() != '\n') return std::nullopt;
  if (end.substr(kEnd.size(), 16) != fingerprint64(body)) return std::nullopt;
  return body;
}

}  // namespace lpm::ops
