// The reader of config.toml over any bytes. Promises: entries are in order; an error names its
// place.
#include "base/bytes.h"
#include "formats/toml.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entries = lpm::formats::parse_toml(lpm::as_text({data, size}), "f");
  if (!entries) {
    lpm::fuzz::require(entries.error().where.starts_with("f"), "an error names its place");
    return 0;
  }
  std::uint32_t line = 0;
  for (const lpm::formats::TomlEntry& entry : *entries) {
    lpm::fuzz::require(entry.line >= line, "entries are in order");
    lpm::fuzz::require(entry.is_array || entry.values.size() == 1, "a plain entry has one value");
    line = entry.line;
  }
  return 0;
}
