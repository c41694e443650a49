// Resumable decoding of raw deflate data (RFC 1951), by isa-l when the system has it, else zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace lpm::formats {

class RawInflate {
 public:
  enum class Outcome { NeedsInput, OutputFull, End, Damaged };
  struct Step {
    Outcome outcome;
    std::size_t taken;  // of the input
    std::size_t made;
  };

  virtual ~RawInflate() = default;
  virtual void reset() = 0;
  virtual Step step(Bytes input, std::uint8_t* output, std::size_t room) = 0;
  // After End: bytes behind the deflate data that were taken, perhaps by an earlier step.
  virtual Bytes taken_too_far() const = 0;
};

std::unique_ptr<RawInflate> make_raw_inflate();
std::unique_ptr<RawInflate> make_isal_inflate();  // null when the system lacks the library
std::unique_ptr<RawInflate> make_zlib_inflate();

}  // namespace lpm::formats
