// Versions and ranges from anybody: each line of the input is read as both. Promises: strict mode
// admits no more than loose mode, canonical text means the same version, the order is one, and a
// range does not change its mind. Inputs: up to 2 KiB, of which the first 8 lines count.
#include <string>
#include <string_view>
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
  for (const std::string_view line : lines) {
    const auto strict = Range::parse(line, Mode::Strict);
    const auto loose = Range::parse(line, Mode::Loose);
    require(loose || !strict, "loose mode admits what strict mode admits");
    if (loose) check_range(*loose, versions);
  }
  return 0;
}
