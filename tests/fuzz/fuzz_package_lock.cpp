// package-lock.json and npm-shrinkwrap.json of all versions. Promises: foreign_promises.h.
#include "foreign_promises.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return lpm::foreign::fuzz_reader(lpm::foreign::Format::PackageLock, data, size);
}
