// The reader of .npmrc lines over any bytes. Promises: keys are not empty, lines count up.
#include "base/bytes.h"
#include "formats/ini.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::uint32_t line = 1;
  for (const lpm::formats::IniEntry& entry : lpm::formats::parse_ini(lpm::as_text({data, size}))) {
    lpm::fuzz::require(!entry.key.empty(), "keys are not empty");
    lpm::fuzz::require(entry.line >= line, "entries are in order");
    line = entry.line;
  }
  return 0;
}
