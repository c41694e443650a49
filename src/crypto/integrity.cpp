#include "crypto/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace lpm::crypto {
namespace {

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (const Algorithm algorithm :
       {Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512})
    if (name_of(algorithm) == name) return algorithm;
  return std::nullopt;
}

// `sha512-<base64>?options`; nothing for an unknown algorithm or a digest of the wrong length.
std::optional<Hash> parse_hash(std::string_view token) {
  const std::size_t dash = token.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<Algorithm> algorithm = algorithm_named(token.substr(0, dash));
  if (!algorithm) return std::nullopt;
  const std::string_view rest = token.substr(dash + 1);
  std::optional<std::vector<std::uint8_t>> digest = from_base64(rest.substr(0, rest.find('?')));
  if (!digest || digest->size() != size_of(*algorithm)) return std::nullopt;
  return Hash{*algorithm, std::move(*digest)};
}

std::string to_text(const Hash& hash) {
  return fmt::format("{}-{}", name_of(hash.algorithm), to_base64(hash.digest));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kWhiteSpace = " \t\r\n\f";

}  // namespace

Result<Integrity> Integrity::parse(std::string_view text) {
  Integrity integrity;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(kWhiteSpace, at);
    if (start == std::string_view::npos) break;
    at = std::min(text.find_first_of(kWhiteSpace, start), text.size());
    if (std::optional<Hash> hash = parse_hash(text.substr(start, at - start)))
      integrity.hashes_.push_back(std::move(*hash));
  }
  if (integrity.hashes_.empty())
    return Error(ErrorCode::NO_INTEGRITY,
                 fmt::format("`{}` holds no usable hash", text.substr(0, 100)));
  std::sort(integrity.hashes_.begin(), integrity.hashes_.end(), [](const Hash& a, const Hash& b) {
    return a.algorithm != b.algorithm ? a.algorithm > b.algorithm : a.digest < b.digest;
  });
  const auto repeats = std::unique(integrity.hashes_.begin(), integrity.hashes_.end());
  integrity.hashes_.erase(repeats, integrity.hashes_.end());
  return integrity;
}

Integrity Integrity::from_sha512(const Sha512& digest) {
  Integrity integrity;
  integrity.hashes_.push_back({Algorithm::Sha512, {digest.begin(), digest.end()}});
  return integrity;
}

std::optional<Integrity> Integrity::from_shasum(std::string_view hex) {
  if (hex.size() != 2 * size_of(Algorithm::Sha1)) return std::nullopt;
  std::vector<std::uint8_t> digest;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]), low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  Integrity integrity;
  integrity.hashes_.push_back({Algorithm::Sha1, std::move(digest)});
  return integrity;
}

Integrity Integrity::unusable() {
  Integrity integrity;
  integrity.is_unusable_ = true;
  return integrity;
}

Algorithm Integrity::strongest() const {
  assert(!hashes_.empty());
  return hashes_.front().algorithm;
}

bool Integrity::matches(const Hash& digest) const {
  return !hashes_.empty() && digest.algorithm == strongest() &&
         std::find(hashes_.begin(), hashes_.end(), digest) != hashes_.end();
}

std::optional<Sha512> Integrity::sha512_digest() const {
  if (hashes_.empty() || strongest() != Algorithm::Sha512) return std::nullopt;
  if (hashes_.size() > 1 && hashes_[1].algorithm == Algorithm::Sha512) return std::nullopt;
  Sha512 digest;
  std::copy(hashes_.front().digest.begin(), hashes_.front().digest.end(), digest.begin());
  return digest;
}

std::string Integrity::to_string() const {
  std::vector<std::string> texts;
  for (const Hash& hash : hashes_)
    if (hash.algorithm == strongest()) texts.push_back(to_text(hash));
  std::sort(texts.begin(), texts.end());
  return join(texts, " ");
}

Error cannot_be_verified(std::string_view label) {
  return Error(ErrorCode::NO_INTEGRITY,
               fmt::format("the registry gives no hash for {} that lpm can verify", label))
      .fact("known", "sha512, sha384, sha256, sha1")
      .hint("ask the registry for a sha512; what nothing vouches for is not installed");
}

}  // namespace lpm::crypto
