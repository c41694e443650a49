#include "semver/cursor.h"
#include "semver/semver.h"

namespace lpm::semver {

namespace {

bool same_tuple(const Version& a, const Version& b) {
  return a.major == b.major && a.minor == b.minor && a.patch == b.patch;
}

}  // namespace

bool Range::admits(const Comparator& comparator, const Version& version) {
  if (comparator.op == Operator::Any) return true;
  const auto order = version <=> comparator.version;
  switch (comparator.op) {
    case Operator::Less:
      return order < 0;
    case Operator::LessEqual:
      return order <= 0;
    case Operator::Greater:
      return order > 0;
    case Operator::GreaterEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

bool Range::admits_opened(const Comparator& comparator, const Version& version) {
  const Version& bound = comparator.version;
  switch (comparator.opening) {
    case Opening::None:
      return admits(comparator, version);
    case Opening::FromZero:
      return version >= bound;
    case Opening::FromPrereleases:
      return admits({Version{bound.major, bound.minor, bound.patch, "0", {}}, comparator.op},
                    version);
    case Opening::ThroughPatch:
      return version < Version{bound.major, bound.minor, bound.patch + 1, "0", {}};
  }
  return false;
}

bool Range::contains_opened(const Version& version) const {
  bool all_hold = true;
  for (const Comparator& comparator : comparators_) {
    all_hold = all_hold && admits_opened(comparator, version);
    if (!comparator.ends_set) continue;
    if (all_hold) return true;
    all_hold = true;
  }
  return false;
}

bool Range::contains(const Version& version, Prereleases prereleases) const {
  if (prereleases == Prereleases::Any) return contains_opened(version);
  const bool is_prerelease = version.has_prerelease();
  if (is_any_) return !is_prerelease;
  // A prerelease needs a comparator of its set that names a prerelease of the same three numbers.
  bool all_hold = true;
  bool is_named = !is_prerelease;
  for (const Comparator& comparator : comparators_) {
    if (all_hold) {
      all_hold = admits(comparator, version);
      is_named = is_named ||
                 (comparator.version.has_prerelease() && same_tuple(comparator.version, version));
    }
    if (!comparator.ends_set) continue;
    if (all_hold && is_named) return true;
    all_hold = true;
    is_named = !is_prerelease;
  }
  return false;
}

const Version* Range::exact() const {
  const bool is_exact = comparators_.size() == 1 && comparators_.front().op == Operator::Equal;
  return is_exact ? &comparators_.front().version : nullptr;
}

bool Range::is_any() const {
  return is_any_;
}

std::optional<Version> Range::minimum() const {
  for (const Version& lowest : {Version{}, Version{0, 0, 0, "0", {}}}) {
    if (contains(lowest)) return lowest;
  }
  std::optional<Version> minimum;
  std::optional<Version> set_minimum;
  for (const Comparator& comparator : comparators_) {
    const Operator op = comparator.op;
    if (op == Operator::Greater || op == Operator::GreaterEqual || op == Operator::Equal) {
      Version bound = comparator.version;
      if (op == Operator::Greater) {
        bound.has_prerelease() ? void(bound.prerelease += ".0") : void(++bound.patch);
      }
      if (!set_minimum || bound > *set_minimum) set_minimum = std::move(bound);
    }
    if (!comparator.ends_set) continue;
    if (set_minimum && (!minimum || *minimum > *set_minimum)) minimum = set_minimum;
    set_minimum.reset();
  }
  if (!minimum || minimum->patch > kMaxNumber || !contains(*minimum)) return std::nullopt;
  return minimum;
}

std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range,
                                          Prereleases prereleases) {
  std::optional<std::size_t> highest;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (highest && versions[i] <= versions[*highest]) continue;
    if (range.contains(versions[i], prereleases)) highest = i;
  }
  return highest;
}

}  // namespace lpm::semver
