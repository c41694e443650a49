#include "ops/update/move_range.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "semver/semver.h"

namespace lpm::ops::update {
namespace {

// `~1.2`: an operator and as much of a version as is written.
struct SimpleRange {
  std::string_view comparator;  // "^", "~", ">=", "=", or none
  std::string_view gap;         // what stands between the two
  std::vector<std::string_view> parts;
  bool is_whole = false;  // three numbers, perhaps with more behind
};

bool is_wildcard(std::string_view part) {
  return part == "x" || part == "X" || part == "*";
}

bool is_part(std::string_view part) {
  return is_wildcard(part) || parse_decimal(part).has_value();
}

std::optional<SimpleRange> read_simple(std::string_view text) {
  constexpr auto kComparators = std::to_array<std::string_view>({"^", "~>", "~", ">=", "="});
  SimpleRange range;
  for (const std::string_view comparator : kComparators) {
    if (!text.starts_with(comparator)) continue;
    range.comparator = text.substr(0, comparator.size());
    break;
  }
  std::string_view rest = text.substr(range.comparator.size());
  const std::string_view version = trim(rest);
  if (version.empty()) return std::nullopt;
  range.gap = rest.substr(0, static_cast<std::size_t>(version.data() - rest.data()));
  range.is_whole = semver::Version::parse(version, semver::Mode::Strict).has_value();
  if (range.is_whole) return range;
  range.parts = split(version, '.');
  if (range.parts.size() > 3) return std::nullopt;
  for (const std::string_view part : range.parts)
    if (!is_part(part)) return std::nullopt;
  return range;
}

bool admits(std::string_view range_text, const semver::Version& version) {
  const auto range = semver::Range::parse(range_text);
  return range && range->contains(version);
}

std::size_t number_count(const SimpleRange& range) {
  std::size_t count = 0;
  while (count < range.parts.size() && !is_wildcard(range.parts[count])) ++count;
  return count;
}

std::string with(const SimpleRange& range, std::string_view version) {
  return fmt::format("{}{}{}", range.comparator, range.gap, version);
}

// `1.x` for 2.3.4 is `2.x`.
std::string cut_to_form(const SimpleRange& range, const semver::Version& version) {
  const std::array<std::uint64_t, 3> numbers = {version.major, version.minor, version.patch};
  std::string text;
  for (std::size_t i = 0; i < range.parts.size(); ++i) {
    const bool is_open = i >= number_count(range);
    text += i == 0 ? "" : ".";
    text += is_open ? std::string(range.parts[i]) : fmt::format("{}", numbers[i]);
  }
  return with(range, text);
}

bool is_exact(const SimpleRange& range) {
  return range.comparator.empty() || range.comparator == "=";
}

// Whether the range has the same upper end when it begins at a whole version.
bool can_be_raised(const SimpleRange& range) {
  if (range.comparator == ">=" || range.is_whole) return !is_exact(range);
  const std::size_t numbers = number_count(range);
  // `^0` ends before 1.0.0, `^0.3.1` before 0.4.0; `^0.0` and `^0.0.3` likewise.
  if (range.comparator == "^")
    return numbers >= 1 && (range.parts[0] != "0" || (numbers == 2 && range.parts[1] != "0"));
  return range.comparator.starts_with("~") && numbers == 2;
}

std::string moved_range(std::string_view text, const semver::Version& version,
                        std::string_view version_text, std::string_view prefix) {
  std::string moved;
  if (const std::optional<SimpleRange> range = read_simple(text)) {
    const bool keeps_form = !range->is_whole && !can_be_raised(*range);
    moved = keeps_form ? cut_to_form(*range, version) : with(*range, version_text);
  } else {
    moved = text;
  }
  // A range of several parts may admit it as it is; a pre-release mostly fits no cut form.
  if (admits(moved, version)) return moved;
  return fmt::format("{}{}", prefix, version_text);
}

std::string raised_range(std::string_view text, const semver::Version& version,
                         std::string_view version_text) {
  const std::optional<SimpleRange> range = read_simple(text);
  if (!range || !can_be_raised(*range)) return std::string(text);
  std::string raised = with(*range, version_text);
  return admits(raised, version) ? raised : std::string(text);
}

// Where the range begins in `npm:name@range` and `jsr:@scope/name@range`; npos: there is none.
std::size_t range_start(const manifest::DependencySpec& written) {
  if (!written.text.starts_with("npm:") && !written.text.starts_with("jsr:")) return 0;
  constexpr std::size_t kFirstOfName = 5;  // a scope's own `@` may stand before it
  const std::size_t at = written.text.find('@', kFirstOfName);
  return at == std::string::npos ? at : at + 1;
}

template <class Rewrite>
std::string rewritten(const manifest::DependencySpec& written, std::string_view version_text,
                      const Rewrite& rewrite) {
  const auto* range = std::get_if<manifest::RangeSpec>(&written.kind);
  const std::size_t start = range_start(written);
  const auto version = semver::Version::parse(version_text);
  if (range == nullptr || range->range.is_any() || start == std::string::npos || !version)
    return written.text;
  const std::string_view text = trim(std::string_view(written.text).substr(start));
  const std::string after = rewrite(text, *version);
  return after == text ? written.text : written.text.substr(0, start) + after;
}

}  // namespace

std::string moved_spec(const manifest::DependencySpec& written, std::string_view version_text,
                       std::string_view prefix) {
  return rewritten(written, version_text, [&](std::string_view text, const auto& version) {
    return moved_range(text, version, version_text, prefix);
  });
}

std::string raised_spec(const manifest::DependencySpec& written, std::string_view version_text) {
  return rewritten(written, version_text, [&](std::string_view text, const auto& version) {
    return raised_range(text, version, version_text);
  });
}

}  // namespace lpm::ops::update
