// yarn.lock of yarn 2 and later. Promises: foreign_promises.h.
#include "foreign_promises.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return lpm::foreign::fuzz_reader(lpm::foreign::Format::YarnBerry, data, size);
}
