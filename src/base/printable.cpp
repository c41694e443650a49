#include "base/printable.h"

#include <fmt/format.h>

#include <cstdint>

namespace lpm {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: no UTF-8
};

std::size_t length_of(unsigned char first) {
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first < 0xE0U) return 2;
  if (first >= 0xE0U && first < 0xF0U) return 3;
  return first >= 0xF0U && first < 0xF5U ? 4 : 0;
}

Character decode(std::string_view text) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = length_of(first);
  if (length == 0 || length > text.size()) return {};
  std::uint32_t code = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool is_surrogate = code >= 0xD800U && code < 0xE000U;
  if (code < kLeast[length] || code > 0x10FFFFU || is_surrogate) return {};
  return {code, length};
}

// Marks that change where the text after them stands (Unicode, "Bidi_Control"), and the byte-order
// mark.
bool turns_direction(std::uint32_t code) {
  return code == 0x061CU || code == 0x200EU || code == 0x200FU || code == 0xFEFFU ||
         (code >= 0x2028U && code <= 0x202EU) || (code >= 0x2066U && code <= 0x2069U);
}

enum class Layout : bool { Blank, Stays };

std::string shown(std::string_view text, Layout layout) {
  std::string result;
  while (!text.empty()) {
    const Character next = decode(text);
    const std::size_t bytes = next.bytes == 0 ? 1 : next.bytes;
    const bool is_control = next.code < 0x20U || (next.code >= 0x7FU && next.code < 0xA0U);
    if (next.bytes == 0)
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    else if (next.code == '\n' || next.code == '\t')
      result += layout == Layout::Stays ? text[0] : ' ';
    else if (is_control)
      result += fmt::format("\\x{:02x}", next.code);
    else if (turns_direction(next.code))
      result += fmt::format("\\u{:04x}", next.code);
    else
      result += text.substr(0, bytes);
    text.remove_prefix(bytes);
  }
  return result;
}

}  // namespace

std::string printable(std::string_view text) {
  return shown(text, Layout::Blank);
}

std::string printable_lines(std::string_view text) {
  return shown(text, Layout::Stays);
}

}  // namespace lpm
