// Integrity strings over any bytes. Promises: the canonical text says the same, base64 comes back
// as it went.
#include "base/bytes.h"
#include "crypto/integrity.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::crypto;
  using lpm::fuzz::require;
  const std::string_view text = lpm::as_text({data, size});
  const std::string base64 = to_base64({data, size});
  const auto bytes = from_base64(base64);
  require(bytes && lpm::as_text(*bytes) == text, "base64 comes back as it went");
  (void)from_base64(text);
  (void)Integrity::from_shasum(text);
  const lpm::Result<Integrity> integrity = Integrity::parse(text);
  if (!integrity) return 0;
  require(!integrity->empty(), "a parsed integrity has a hash");
  const lpm::Result<Integrity> again = Integrity::parse(integrity->to_string());
  require(again && again->strongest() == integrity->strongest(), "the canonical text is as strong");
  require(again->to_string() == integrity->to_string(), "the canonical text is canonical");
  return 0;
}
