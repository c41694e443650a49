// yarn.lock of yarn 1. Promises: foreign_promises.h.
#include "foreign_promises.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return lpm::foreign::fuzz_reader(lpm::foreign::Format::YarnClassic, data, size);
}
