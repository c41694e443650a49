#include "semver/semver.h"

#include <algorithm>
#include <charconv>

namespace lpm::semver {
namespace {

constexpr std::size_t kMaxLength = 256;
constexpr std::uint64_t kMaxNumber = 9007199254740991;  // 2^53 - 1, as node-semver

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_identifier_char(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

std::string_view trim_spaces(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_numeric(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// A run of digits; strict forbids leading zeros.
bool take_number(std::string_view& text, std::uint64_t& number, Mode mode) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length == 0 || (mode == Mode::Strict && length > 1 && text[0] == '0')) return false;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + length, number);
  if (problem != std::errc() || number > kMaxNumber) return false;
  text.remove_prefix(length);
  return true;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// `beta.2`: dot-separated identifiers; strict forbids leading zeros in numeric ones.
bool take_identifiers(std::string_view& text, std::string& out, bool numbers_strict) {
  std::size_t length = 0;
  std::size_t start = 0;
  while (true) {
    while (length < text.size() && is_identifier_char(text[length])) ++length;
    const std::string_view identifier = text.substr(start, length - start);
    if (identifier.empty()) return false;
    if (numbers_strict && identifier.size() > 1 && identifier[0] == '0' && is_numeric(identifier)) return false;
    if (length == text.size() || text[length] != '.') break;
    start = ++length;
  }
  out.assign(text.substr(0, length));
  text.remove_prefix(length);
  return true;
}

// Loose mode reads numeric identifiers as numbers: `rc.01` is `rc.1`.
void drop_leading_zeros(std::string& identifiers) {
  std::string result;
  for (std::size_t start = 0; start <= identifiers.size();) {
    const std::size_t end = std::min(identifiers.find('.', start), identifiers.size());
    std::string_view identifier = std::string_view(identifiers).substr(start, end - start);
    if (is_numeric(identifier))
      while (identifier.size() > 1 && identifier.front() == '0') identifier.remove_prefix(1);
    if (start > 0) result += '.';
    result += identifier;
    start = end + 1;
  }
  identifiers = std::move(result);
}

std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_numeric = is_numeric(a), b_numeric = is_numeric(b);
  if (a_numeric != b_numeric) return a_numeric ? std::strong_ordering::less : std::strong_ordering::greater;
  if (!a_numeric) return a.compare(b) <=> 0;
  while (a.size() > 1 && a.front() == '0') a.remove_prefix(1);
  while (b.size() > 1 && b.front() == '0') b.remove_prefix(1);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::strong_ordering compare_dotted(std::string_view a, std::string_view b) {
  while (true) {
    const std::size_t a_end = std::min(a.find('.'), a.size()), b_end = std::min(b.find('.'), b.size());
    if (const auto order = compare_identifiers(a.substr(0, a_end), b.substr(0, b_end)); order != 0) return order;
    const bool a_done = a_end == a.size(), b_done = b_end == b.size();
    if (a_done || b_done) return b_done <=> a_done;
    a.remove_prefix(a_end + 1);
    b.remove_prefix(b_end + 1);
  }
}

// A release ranks above its prereleases.
std::strong_ordering compare_prerelease(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  return compare_dotted(a, b);
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text, Mode mode) {
  if (text.size() > kMaxLength) return std::nullopt;
  text = trim_spaces(text);
  const bool loose = mode == Mode::Loose;
  // Strict: an optional `v`; loose: any of `v`, `=` and white space.
  while (!text.empty() && (text.front() == 'v' || (loose && (text.front() == '=' || is_space(text.front()))))) {
    text.remove_prefix(1);
    if (!loose) break;
  }
  Version version;
  if (!take_number(text, version.major, mode) || !take_char(text, '.') || !take_number(text, version.minor, mode) ||
      !take_char(text, '.') || !take_number(text, version.patch, mode))
    return std::nullopt;
  const std::string_view before_dash = text;
  const bool has_dash = take_char(text, '-');
  // Loose: the dash is optional, so a lone one is the identifier itself.
  if (loose && has_dash && (text.empty() || !is_identifier_char(text.front()))) text = before_dash;
  if (has_dash || (loose && !text.empty() && is_identifier_char(text.front())))
    if (!take_identifiers(text, version.prerelease, !loose)) return std::nullopt;
  if (take_char(text, '+') && !take_identifiers(text, version.build, false)) return std::nullopt;
  if (!text.empty()) return std::nullopt;
  if (loose && version.prerelease.find('0') != std::string::npos) drop_leading_zeros(version.prerelease);
  return version;
}

std::string Version::to_string() const {
  std::string text = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  if (!prerelease.empty()) text.append("-").append(prerelease);
  return text;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  if (prerelease.empty() && other.prerelease.empty()) return std::strong_ordering::equal;
  return compare_prerelease(prerelease, other.prerelease);
}

std::strong_ordering compare_build(const Version& a, const Version& b) {
  if (const auto order = a <=> b; order != 0) return order;
  if (a.build.empty() || b.build.empty()) return !a.build.empty() <=> !b.build.empty();
  return compare_dotted(a.build, b.build);
}

std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range,
                                          Prereleases prereleases) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (range.contains(versions[i], prereleases) && (!best || versions[i] > versions[*best])) best = i;
  return best;
}

}  // namespace lpm::semver
