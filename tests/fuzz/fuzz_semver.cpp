// Versions and ranges from anybody: no text takes long, strict mode admits no more than loose mode,
// and the canonical text means the same version.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "semver/semver.h"

namespace {

using lpm::semver::Mode;
using lpm::semver::Prereleases;
using lpm::semver::Range;
using lpm::semver::Version;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_version(std::string_view text) {
  const auto strict = Version::parse(text, Mode::Strict);
  const auto loose = Version::parse(text, Mode::Loose);
  if (strict) require(loose && *strict == *loose && strict->build == loose->build);
  if (!loose) return;
  const std::string canonical = loose->to_string();
  if (canonical.size() > 256) return;
  const auto again = Version::parse(canonical, Mode::Loose);
  require(again && *again == *loose && again->to_string() == canonical);
}

void check_range(std::string_view text) {
  const auto strict = Range::parse(text, Mode::Strict);
  const auto range = Range::parse(text, Mode::Loose);
  if (!range) {
    require(!strict);
    return;
  }
  if (const auto minimum = range->minimum()) require(range->contains(*minimum));
  if (const Version* exact = range->exact()) {
    require(range->contains(*exact) && range->contains(*exact, Prereleases::Any));
  }
  if (range->is_any()) require(range->contains(Version{1, 2, 3, "", ""}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_version(text);
  check_range(text);
  return 0;
}
