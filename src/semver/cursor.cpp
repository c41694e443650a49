#include "semver/cursor.h"

#include <charconv>

namespace lpm::semver {

namespace {

// Limits that node-semver's patterns put on one identifier.
constexpr std::size_t kMaxDigits = 256;
constexpr std::size_t kMaxTail = 250;

constexpr std::string_view kWideSpaces[] = {
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
    "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF",
};

bool is_number(std::string_view text) {
  for (char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

std::string_view without_leading_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

double as_double(std::string_view digits) {
  double value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::strong_ordering order_of(int comparison) {
  return comparison < 0   ? std::strong_ordering::less
         : comparison > 0 ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

// Numbers beyond 2^53 are compared as JavaScript does, with a double's precision.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  constexpr std::size_t kExactDigits = 15;
  if (a.size() <= kExactDigits || b.size() <= kExactDigits) {
    if (a.size() != b.size()) return a.size() <=> b.size();
    return order_of(a.compare(b));
  }
  const double left = as_double(a);
  const double right = as_double(b);
  return order_of(left < right ? -1 : left > right ? 1 : 0);
}

std::string_view next_identifier(std::string_view& identifiers) {
  const std::size_t dot = identifiers.find('.');
  const std::string_view identifier = identifiers.substr(0, dot);
  identifiers = dot == std::string_view::npos ? std::string_view{} : identifiers.substr(dot + 1);
  return identifier;
}

}  // namespace

std::size_t space_at_front(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  for (std::string_view space : kWideSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::string_view trim_spaces(std::string_view text) {
  while (const std::size_t size = space_at_front(text)) text.remove_prefix(size);
  std::size_t end = 0;  // behind the last character that is no space
  for (std::size_t i = text.size(); i > 0 && end == 0; --i) {
    const char c = text[i - 1];
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (static_cast<unsigned char>(c) < 0x80) return text.substr(0, i);
    if (i >= 2 && space_at_front(text.substr(i - 2, 2)) == 2) {
      i -= 1;
    } else if (i >= 3 && space_at_front(text.substr(i - 3, 3)) == 3) {
      i -= 2;
    } else {
      end = i;
    }
  }
  return text.substr(0, end);
}

void Cursor::skip_prefix() {
  while (!at_end()) {
    if (text_[position_] == 'v' || text_[position_] == '=') {
      ++position_;
    } else if (const std::size_t size = space_at_front(rest())) {
      position_ += size;
    } else {
      return;
    }
  }
}

std::string_view Cursor::take_number(Mode mode) {
  const std::size_t start = position_;
  if (mode == Mode::Strict && peek() == '0') {
    ++position_;
    return since(start);
  }
  while (is_digit(peek()) && position_ - start < kMaxDigits) ++position_;
  return since(start);
}

std::string_view Cursor::take_last_number(Mode mode) {
  std::string_view digits = take_number(mode);
  const bool more_follow = rest().size() > 1 && peek() == '.' && is_identifier_char(rest()[1]);
  if (mode == Mode::Loose && more_follow && digits.size() > 1) {
    digits.remove_suffix(1);
    --position_;
  }
  return digits;
}

std::string_view Cursor::take_identifier(Mode mode) {
  const std::size_t start = position_;
  std::size_t digits_end = start;
  while (digits_end < text_.size() && is_digit(text_[digits_end])) ++digits_end;
  std::size_t end = digits_end;
  while (end < text_.size() && is_identifier_char(text_[end])) ++end;
  if (end == digits_end) return take_number(mode);
  position_ = std::min(end, digits_end + 1 + kMaxTail);
  return since(start);
}

std::string_view Cursor::take_identifiers(Mode mode) {
  const std::size_t start = position_;
  if (take_identifier(mode).empty()) return {};
  while (peek() == '.') {
    const std::size_t dot = position_++;
    if (take_identifier(mode).empty()) {
      position_ = dot;
      break;
    }
  }
  return since(start);
}

std::string_view Cursor::take_prerelease(Mode mode) {
  const std::size_t start = position_;
  const bool hyphen = take('-');
  if (!hyphen && mode == Mode::Strict) return {};
  std::string_view identifiers = take_identifiers(mode);
  if (identifiers.empty()) {
    position_ = start;
    // A lone hyphen is an identifier by itself in loose mode: `1.2.3-`.
    if (hyphen && mode == Mode::Loose) identifiers = take_identifiers(mode);
  }
  return identifiers;
}

std::string_view Cursor::take_build() {
  const std::size_t start = position_;
  if (!take('+')) return {};
  std::size_t end = position_;  // behind the last whole identifier
  while (is_identifier_char(peek())) {
    while (is_identifier_char(peek())) ++position_;
    end = position_;
    if (!take('.')) break;
  }
  position_ = end;
  if (end == start + 1) {
    position_ = start;
    return {};
  }
  return text_.substr(start + 1, end - start - 1);
}

std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t value = 0;
  for (char c : digits) {
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > kMaxNumber) return std::nullopt;
  }
  return value;
}

std::string canonical_prerelease(std::string_view identifiers) {
  // Only a number with a leading zero changes, which is rare.
  bool odd = identifiers.size() > 1 && identifiers.front() == '0';
  for (std::size_t i = identifiers.find(".0"); i != std::string_view::npos && !odd;
       i = identifiers.find(".0", i + 1)) {
    odd = true;
  }
  if (!odd) return std::string(identifiers);
  std::string result;
  std::string_view left = identifiers;
  while (!left.empty()) {
    std::string_view identifier = next_identifier(left);
    if (is_number(identifier)) {
      const auto value = to_number(identifier);
      if (value && *value < kMaxNumber) identifier = without_leading_zeros(identifier);
    }
    if (!result.empty()) result += '.';
    result += identifier;
  }
  return result;
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = next_identifier(a);
    const std::string_view right = next_identifier(b);
    if (left == right) continue;
    const bool left_is_number = is_number(left);
    if (left_is_number != is_number(right)) {
      return left_is_number ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    // Numbers that are one and the same to a double end the comparison, as in node-semver.
    return left_is_number ? compare_numbers(left, right) : order_of(left.compare(right));
  }
  return !a.empty() <=> !b.empty();
}

}  // namespace lpm::semver
