#include "foreign/npm_order.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lpm::foreign {
namespace {

constexpr std::string_view kSigns = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

constexpr std::array<std::uint8_t, 256> make_weights() {
  std::array<std::uint8_t, 256> weights{};
  std::uint8_t weight = 1;
  for (const char sign : kSigns) weights[static_cast<std::uint8_t>(sign)] = weight++;
  for (char digit = '0'; digit <= '9'; ++digit)
    weights[static_cast<std::uint8_t>(digit)] = weight++;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    weights[static_cast<std::uint8_t>(letter)] = weight;
    weights[static_cast<std::uint8_t>(letter - 'a' + 'A')] = weight++;
  }
  for (std::size_t other = 128; other < 256; ++other) weights[other] = weight;
  return weights;
}
constexpr auto kWeights = make_weights();

std::uint8_t weight_of(char letter) {
  return kWeights[static_cast<std::uint8_t>(letter)];
}

}  // namespace

bool npm_less(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i)
    if (weight_of(a[i]) != weight_of(b[i])) return weight_of(a[i]) < weight_of(b[i]);
  if (a.size() != b.size()) return a.size() < b.size();
  // Equal but for case: small letters first.
  for (std::size_t i = 0; i < common; ++i)
    if (a[i] != b[i]) return static_cast<std::uint8_t>(a[i]) > static_cast<std::uint8_t>(b[i]);
  return false;
}

}  // namespace lpm::foreign
