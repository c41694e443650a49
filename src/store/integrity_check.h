// Do the bytes have the digest that was promised (contract G.11)?
#pragma once

#include <optional>

#include "store/store.h"

namespace lpm::store {

// NO_INTEGRITY when only sha1 is offered and that is not enough.
Status check_offer(const ImportRequest& request);

// Digests of an archive that arrives in pieces: SHA-512, and the promised algorithm where that is
// another.
class ArchiveDigester {
 public:
  explicit ArchiveDigester(const crypto::Integrity& expected);
  void update(Bytes piece);
  // The SHA-512; INTEGRITY when the bytes are not those that were promised.
  Result<crypto::Sha512> finish(const ImportRequest& request);

 private:
  crypto::Digester sha512_;
  std::optional<crypto::Digester> promised_;
};

// The same for bytes that are all there.
Result<crypto::Sha512> check_integrity(Bytes compressed, const ImportRequest& request);

}  // namespace lpm::store
