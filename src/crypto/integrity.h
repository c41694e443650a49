// Integrity: subresource-integrity strings, whole grammar (W3C SRI, section 3.5): several hashes
// separated by white space, algorithms sha1, sha256, sha384, sha512, `?options` ignored. The
// strongest known one decides.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/digest.h"

namespace lpm::crypto {

struct Hash {
  Algorithm algorithm;
  std::vector<std::uint8_t> digest;
  bool operator==(const Hash&) const = default;
};

class Integrity {
 public:
  Integrity() = default;
  // NO_INTEGRITY when no hash of a known algorithm and length is in the text.
  static Result<Integrity> parse(std::string_view text);
  static Integrity from_sha512(const Sha512& digest);
  // npm's `dist.shasum`: 40 hex digits.
  static std::optional<Integrity> from_shasum(std::string_view hex);
  // Something was promised, and nothing of it can be verified: bytes of such a promise are refused,
  // not taken as those of a package that promises nothing.
  static Integrity unusable();

  bool empty() const { return hashes_.empty(); }  // also of an unusable one
  bool is_unusable() const { return is_unusable_; }
  Algorithm strongest() const;  // not on an empty one
  // One of the hashes of the strongest algorithm equals `digest`.
  bool matches(const Hash& digest) const;
  // The sha512 digest if there is exactly one hash of that algorithm: the store key.
  std::optional<Sha512> sha512_digest() const;
  // Canonical text: hashes of the strongest algorithm only, sorted, one space between.
  std::string to_string() const;

  bool operator==(const Integrity&) const = default;

 private:
  std::vector<Hash> hashes_;  // strongest algorithm first
  bool is_unusable_ = false;
};

// NO_INTEGRITY for a package whose promise is_unusable(); `label` is "`a@1.0.0`".
Error cannot_be_verified(std::string_view label);

}  // namespace lpm::crypto
