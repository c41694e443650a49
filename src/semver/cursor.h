// A reading position in version text, with the lexical pieces that versions and ranges share.
// Every `take_` function moves past what it matches and leaves the position alone otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "semver/semver.h"

namespace lpm::semver {

inline constexpr std::size_t kMaxVersionBytes = 256;
inline constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 53) - 1;

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_identifier_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

// Length in bytes of the white space character (as JavaScript's \s sees it) that `text` starts
// with; 0: none.
std::size_t space_at_front(std::string_view text);
std::string_view trim_spaces(std::string_view text);

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ == text_.size(); }
  std::size_t position() const { return position_; }
  void move_to(std::size_t position) { position_ = position; }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  std::string_view rest() const { return text_.substr(position_); }
  std::string_view since(std::size_t start) const { return text_.substr(start, position_ - start); }

  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++position_;
    return true;
  }
  // `v`, `=` and white space in any order, as loose versions and partial ones may begin.
  void skip_prefix();
  // Digits; in strict mode without a leading zero (of `01` it takes the `0`). Empty: none.
  std::string_view take_number(Mode mode);
  // The third number of a text that must end with its version. The loose grammar reads `1.2.34.5`
  // as `1.2.3-4.5`, since a prerelease needs no hyphen there: the last digit stays.
  std::string_view take_last_number(Mode mode);
  // `-beta.2`, in loose mode also `beta.2`; without the hyphen. Empty: none.
  std::string_view take_prerelease(Mode mode);
  // `+build.5`, without the plus sign. Empty: none.
  std::string_view take_build();

 private:
  std::string_view take_identifier(Mode mode);
  std::string_view take_identifiers(Mode mode);

  std::string_view text_;
  std::size_t position_ = 0;
};

// The value of digits; above kMaxNumber: nothing.
std::optional<std::uint64_t> to_number(std::string_view digits);

// Identifiers as node-semver keeps them: numbers below 2^53-1 lose leading zeros.
std::string canonical_prerelease(std::string_view identifiers);

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b);

}  // namespace lpm::semver
