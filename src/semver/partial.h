// A version with parts missing, as ranges hold them: `1`, `1.x`, `1.2.*`, `1.2.3-beta`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "semver/cursor.h"

namespace lpm::semver {

struct Part {
  enum class Kind : std::uint8_t {
    Absent,
    Wild,  // `x`, `X`, `*`
    Number,
    TooBig,       // no version may have it: the whole range is void
    Unprintable,  // so big that JavaScript would write it with an exponent: the word is no
                  // comparator
  };
  Kind kind = Kind::Absent;
  std::uint64_t value = 0;
  std::string_view text;

  bool is_x() const { return kind == Kind::Absent || kind == Kind::Wild; }
  bool is_literal_zero() const { return text == "0"; }  // `00` is not
  Part next() const;                                    // one more
};
inline constexpr Part kZeroPart{Part::Kind::Number, 0, "0"};

struct Partial {
  Part major, minor, patch;
  std::string_view prerelease;

  bool any_missing() const { return major.is_x() || minor.is_x() || patch.is_x(); }
  // `x.1` and `1.x.2` are no x-ranges.
  bool number_after_x() const {
    return (major.is_x() && !minor.is_x()) || (minor.is_x() && !patch.is_x());
  }
};

// Takes as much as fits, `v` and `=` not included; nothing but blanks may follow for it to count.
std::optional<Partial> take_partial(Cursor& cursor, Mode mode);
// The same where anything may follow.
std::optional<Partial> take_partial_inside(Cursor& cursor, Mode mode);

}  // namespace lpm::semver
