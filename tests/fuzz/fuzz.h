// What fuzz targets share. A target is the function LLVMFuzzerTestOneInput; it ends the process
// when a promise of the code under test does not hold. Every target names the largest input that it
// looks at; longer ones are turned away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace lpm::fuzz {

inline constexpr int kTurnedAway = -1;  // libFuzzer does not keep such an input

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", promise);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace lpm::fuzz
