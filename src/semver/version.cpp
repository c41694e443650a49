#include <charconv>

#include "semver/cursor.h"
#include "semver/semver.h"

namespace lpm::semver {

namespace {

bool read_field(std::string_view digits, std::uint64_t& field) {
  if (digits.empty()) return false;
  const auto value = to_number(digits);
  if (!value) return false;
  field = *value;
  return true;
}

void append_number(std::string& text, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text, Mode mode) {
  if (text.size() > kMaxVersionBytes) return std::nullopt;
  Cursor cursor(trim_spaces(text));
  if (mode == Mode::Loose) {
    cursor.skip_prefix();
  } else {
    cursor.take('v');
  }
  Version version;
  if (!read_field(cursor.take_number(mode), version.major) || !cursor.take('.') ||
      !read_field(cursor.take_number(mode), version.minor) || !cursor.take('.') ||
      !read_field(cursor.take_last_number(mode), version.patch)) {
    return std::nullopt;
  }
  if (cursor.at_end()) return version;
  const std::string_view prerelease = cursor.take_prerelease(mode);
  if (!prerelease.empty()) version.prerelease = canonical_prerelease(prerelease);
  version.build = cursor.take_build();
  if (!cursor.at_end()) return std::nullopt;
  return version;
}

std::string Version::to_string() const {
  std::string text;
  append_number(text, major);
  text += '.';
  append_number(text, minor);
  text += '.';
  append_number(text, patch);
  if (has_prerelease()) {
    text += '-';
    text += prerelease;
  }
  return text;
}

std::strong_ordering Version::compare_prereleases(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  return compare_identifiers(a, b);
}

std::strong_ordering compare_build(const Version& a, const Version& b) {
  const auto precedence = a <=> b;
  if (precedence != 0) return precedence;
  return compare_identifiers(a.build, b.build);
}

}  // namespace lpm::semver
