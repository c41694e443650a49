#include "formats/json_text.h"

#include <algorithm>
#include <array>

namespace lpm::formats::json {
namespace {

constexpr std::size_t kShownBytes = 100;

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_continuation(char c) {
  return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80;
}

// Control characters would move the cursor or colour the terminal.
bool is_control(char c) {
  return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F;
}

}  // namespace

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    tail(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::size_t utf8_size_at(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xC2   ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size == 0 || size > text.size() - at) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!is_continuation(text[at + i])) return 0;
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  const std::uint8_t second = byte_at(text, at + 1);
  const bool is_bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) ||
                      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90);
  return is_bad ? 0 : size;
}

bool is_lone_surrogate_at(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && byte_at(text, at) == 0xED && byte_at(text, at + 1) >= 0xA0 &&
         is_continuation(text[at + 1]) && is_continuation(text[at + 2]);
}

std::string line_with_caret(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  if (start == 0 && offset >= kByteOrderMark.size() && text.starts_with(kByteOrderMark))
    start = kByteOrderMark.size();
  std::size_t end = std::min(text.find('\n', offset), text.size());
  if (offset - start > kShownBytes / 2 && end - start > kShownBytes) {
    start = offset - kShownBytes / 2;
    while (start < offset && is_continuation(text[start])) ++start;
  }
  if (end - start > kShownBytes) {
    end = std::max(start + kShownBytes, offset);
    while (end > start && end < text.size() && is_continuation(text[end])) --end;
  }
  std::string shown;
  std::size_t column = 0;
  for (std::size_t at = start; at < end; ++at) {
    if (at < offset && !is_continuation(text[at])) ++column;
    shown += is_control(text[at]) ? ' ' : text[at];
  }
  while (shown.ends_with(' ') && shown.size() > column) shown.pop_back();
  return shown + "\n" + std::string(column, ' ') + "^";
}

}  // namespace lpm::formats::json
