// Versions and ranges from anybody: each line of the input is read as both. Promises: strict mode
// admits no more than loose mode, canonical text means the same version, the order is one, and a
// range does not change its mind and
// means what its operators say. Inputs: up to 2 KiB, of which the first 8 lines count.
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "fuzz.h"
#include "semver/semver.h"

namespace lpm::semver {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 2U << 10;
constexpr std::size_t kMostLines = 8;

void check_version(std::string_view text) {
  const auto strict = Version::parse(text, Mode::Strict);
  const auto loose = Version::parse(text, Mode::Loose);
  if (strict)
    require(loose && *strict == *loose && strict->build == loose->build,
            "loose mode reads strict versions alike");
  if (!loose) return;
  const std::string canonical = loose->to_string();
  if (canonical.size() > 256) return;
  const auto again = Version::parse(canonical, Mode::Loose);
  require(again && *again == *loose && again->to_string() == canonical,
          "canonical text means the same version");
}

void check_order(const std::vector<Version>& versions) {
  for (const Version& a : versions) {
    require(a == a, "a version equals itself");
    for (const Version& b : versions) {
      require((a < b) == (b > a) && (a == b) == (b == a), "the order looks both ways");
      require((compare_build(a, b) < 0) == (compare_build(b, a) > 0), "with builds, too");
      require(a == b || compare_build(a, b) == (a <=> b), "builds decide last");
      for (const Version& c : versions)
        require(!(a < b && b < c) || a < c, "the order is transitive");
    }
  }
}

void check_range(const Range& range, const std::vector<Version>& versions) {
  if (const auto minimum = range.minimum())
    require(range.contains(*minimum), "the minimum is in its range");
  if (const Version* exact = range.exact())
    require(range.contains(*exact) && range.contains(*exact, Prereleases::Any),
            "an exact range contains its version");
  if (range.is_any()) require(range.contains(Version{1, 2, 3, "", ""}), "`*` contains releases");

  const auto again = Range::parse(range.text());
  require(again && again->text() == range.text(), "the text of a range is a range");
  require(again->is_any() == range.is_any() &&
              (again->exact() != nullptr) == (range.exact() != nullptr) &&
              again->minimum() == range.minimum(),
          "the text of a range means the same");
  for (const Version& version : versions) {
    for (const Prereleases which : {Prereleases::OnlySameTuple, Prereleases::Any})
      require(range.contains(version, which) == again->contains(version, which),
              "the text of a range contains the same");
    const auto minimum = range.minimum();
    if (minimum && range.contains(version))
      require(!(version < *minimum), "nothing in a range is below its minimum");
  }
  const auto best = max_satisfying(versions, range);
  for (const Version& version : versions)
    if (range.contains(version))
      require(best && !(versions[*best] < version), "the best is the highest");
  if (best) require(range.contains(versions[*best]), "the best is in the range");
}

Version release(std::uint64_t major, std::uint64_t minor, std::uint64_t patch) {
  return {major, minor, patch, "", ""};
}

// What the operators say in docs of node-semver, for releases, where prereleases play no part.
void check_operators(const Version& bound, const Version& version) {
  if (bound.has_prerelease() || version.has_prerelease()) return;
  const std::string text = bound.to_string();
  const auto [major, minor, patch] = std::tuple(bound.major, bound.minor, bound.patch);
  const Version tilde = release(major, minor + 1, 0);
  const Version caret = major > 0   ? release(major + 1, 0, 0)
                        : minor > 0 ? release(0, minor + 1, 0)
                                    : release(0, 0, patch + 1);
  const std::pair<std::string, bool> expectations[] = {
      {"<" + text, version < bound},
      {"<=" + text, version <= bound},
      {">" + text, version > bound},
      {">=" + text, version >= bound},
      {"=" + text, version == bound},
      {"~" + text, version >= bound && version < tilde},
      {"^" + text, version >= bound && version < caret},
      {"0.0.0 - " + text, version <= bound},
      {"<" + text + " || >" + text, version != bound},
      {std::to_string(major) + ".x", version.major == major},
  };
  for (const auto& [range_text, expected] : expectations) {
    const auto range = Range::parse(range_text);
    // Bounds beyond 2^53 are no versions.
    if (range) require(range->contains(version) == expected, "operators mean what they say");
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines = {text};
  while (lines.size() < kMostLines && lines.back().find('\n') != std::string_view::npos) {
    const std::string_view rest = lines.back();
    lines.back() = rest.substr(0, rest.find('\n'));
    lines.push_back(rest.substr(rest.find('\n') + 1));
  }
  return lines;
}

}  // namespace
}  // namespace lpm::semver

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::semver;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const auto lines = lines_of(lpm::fuzz::text_of(data, size));
  std::vector<Version> versions;
  for (const std::string_view line : lines) {
    check_version(line);
    if (auto version = Version::parse(line)) versions.push_back(*std::move(version));
  }
  check_order(versions);
  for (const Version& a : versions)
    for (const Version& b : versions) check_operators(a, b);
  for (const std::string_view line : lines) {
    const auto strict = Range::parse(line, Mode::Strict);
    const auto loose = Range::parse(line, Mode::Loose);
    require(loose || !strict, "loose mode admits what strict mode admits");
    if (loose) check_range(*loose, versions);
  }
  return 0;
}
