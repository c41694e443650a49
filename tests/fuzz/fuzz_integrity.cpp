// Integrity strings over any bytes. Promises: the canonical text says the same, base64 comes back
// as it went; a hash alone matches itself, and
// nothing that is unusable. Inputs: up to 4 KiB.
#include "base/bytes.h"
#include "crypto/integrity.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::crypto;
  using lpm::fuzz::require;
  if (size > (4U << 10)) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const std::string base64 = to_base64({data, size});
  const auto bytes = from_base64(base64);
  require(bytes && lpm::as_text(*bytes) == text, "base64 comes back as it went");
  (void)from_base64(text);
  (void)Integrity::from_shasum(text);
  const lpm::Result<Integrity> integrity = Integrity::parse(text);
  if (!integrity) {
    require(cannot_be_verified(text).what.find(text) != std::string::npos,
            "what has no hash is named");
    return 0;
  }
  require(!integrity->empty(), "a parsed integrity has a hash");
  const lpm::Result<Integrity> again = Integrity::parse(integrity->to_string());
  require(again && again->strongest() == integrity->strongest(), "the canonical text is as strong");
  require(again->to_string() == integrity->to_string(), "the canonical text is canonical");
  if (const auto sha512 = integrity->sha512_digest()) {
    const Integrity alone = Integrity::from_sha512(*sha512);
    require(alone == *again, "a single sha512 is the canonical text");
    const Hash hash = {Algorithm::Sha512, {sha512->begin(), sha512->end()}};
    require(integrity->matches(hash), "a hash matches itself");
    require(!Integrity::unusable().matches(hash), "what is unusable vouches for nothing");
  }
  return 0;
}
