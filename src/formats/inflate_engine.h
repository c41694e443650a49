// A raw streaming gzip decoder of one member: isa-l when the system has its library, else zlib.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace lpm::formats {

class InflateEngine {
 public:
  enum class Outcome { NeedsInput, OutputFull, MemberEnd, Damaged };
  struct Step {
    Outcome outcome;
    std::size_t taken;
    std::size_t made;
  };

  virtual ~InflateEngine() = default;
  // Ready for a new member.
  virtual void reset() = 0;
  // Decodes from `input` into `output`; header, CRC and length of the member are checked.
  virtual Step step(Bytes input, std::uint8_t* output, std::size_t room) = 0;

  static std::unique_ptr<InflateEngine> create();
  static std::unique_ptr<InflateEngine> create_portable();  // zlib; for tests that compare the two
};

}  // namespace lpm::formats
