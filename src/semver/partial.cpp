#include "semver/partial.h"

#include <charconv>

namespace lpm::semver {

namespace {

using TakeDigits = std::string_view (Cursor::*)(Mode);

Part take_part(Cursor& cursor, Mode mode, TakeDigits take_digits) {
  const std::size_t start = cursor.position();
  if (cursor.take('x') || cursor.take('X') || cursor.take('*')) {
    return {Part::Kind::Wild, 0, cursor.since(start)};
  }
  const std::string_view digits = (cursor.*take_digits)(mode);
  if (digits.empty()) return {};
  const auto value = to_number(digits);
  return {value ? Part::Kind::Number : Part::Kind::TooBig, value.value_or(0), digits};
}

Part take_dotted_part(Cursor& cursor, Mode mode, TakeDigits take_digits) {
  const std::size_t start = cursor.position();
  if (!cursor.take('.')) return {};
  const Part part = take_part(cursor, mode, take_digits);
  if (part.kind == Part::Kind::Absent) cursor.move_to(start);
  return part;
}

std::optional<Partial> take(Cursor& cursor, Mode mode, TakeDigits take_patch) {
  Partial partial;
  partial.major = take_part(cursor, mode, &Cursor::take_number);
  if (partial.major.kind == Part::Kind::Absent) return std::nullopt;
  partial.minor = take_dotted_part(cursor, mode, &Cursor::take_number);
  if (partial.minor.kind == Part::Kind::Absent) return partial;
  partial.patch = take_dotted_part(cursor, mode, take_patch);
  if (partial.patch.kind == Part::Kind::Absent) return partial;
  partial.prerelease = cursor.take_prerelease(mode);
  return partial;
}

}  // namespace

Part Part::next() const {
  if (kind == Kind::Number) {
    return {value < kMaxNumber ? Kind::Number : Kind::TooBig, value + 1, {}};
  }
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr double kFirstWithExponent = 1e21;
  return {number + 1 < kFirstWithExponent ? Kind::TooBig : Kind::Unprintable, 0, {}};
}

std::optional<Partial> take_partial(Cursor& cursor, Mode mode) {
  return take(cursor, mode, &Cursor::take_last_number);
}

std::optional<Partial> take_partial_inside(Cursor& cursor, Mode mode) {
  return take(cursor, mode, &Cursor::take_number);
}

}  // namespace lpm::semver
