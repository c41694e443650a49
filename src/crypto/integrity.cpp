#include "crypto/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::crypto {
namespace {

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (const Algorithm algorithm : {Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512})
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

std::string to_text(const Hash& hash) { return fmt::format("{}-{}", name_of(hash.algorithm), to_base64(hash.digest)); }

}  // namespace

Result<Integrity> Integrity::parse(std::string_view text) {
  Integrity integrity;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t\r\n\f", at);
    if (start == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r\n\f", start), text.size());
    if (std::optional<Hash> hash = parse_hash(text.substr(start, at - start)))
      if (std::find(integrity.hashes_.begin(), integrity.hashes_.end(), *hash) == integrity.hashes_.end())
        integrity.hashes_.push_back(std::move(*hash));
  }
  if (integrity.hashes_.empty())
    return Error(ErrorCode::NO_INTEGRITY, fmt::format("`{}` holds no usable hash", text.substr(0, 100)));
  std::stable_sort(integrity.hashes_.begin(), integrity.hashes_.end(),
                   [](const Hash& a, const Hash& b) { return a.algorithm > b.algorithm; });
  return integrity;
}

Integrity Integrity::from_sha512(const Sha512& digest) {
  Integrity integrity;
  integrity.hashes_.push_back({Algorithm::Sha512, {digest.begin(), digest.end()}});
  return integrity;
}

std::optional<Integrity> Integrity::from_shasum(std::string_view hex) {
  if (hex.size() != 40) return std::nullopt;
  std::vector<std::uint8_t> digest;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    int byte = 0;
    for (const char c : hex.substr(i, 2)) {
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) return std::nullopt;
      byte = byte * 16 + digit;
    }
    digest.push_back(static_cast<std::uint8_t>(byte));
  }
  Integrity integrity;
  integrity.hashes_.push_back({Algorithm::Sha1, std::move(digest)});
  return integrity;
}

Algorithm Integrity::strongest() const { return hashes_.front().algorithm; }

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

}  // namespace lpm::crypto
