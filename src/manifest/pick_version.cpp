// npm's picker. The default tag's version wins when the range admits it and nothing speaks against
// it; else the fittest version wins, and of equally fit ones the highest.
#include <optional>

#include "manifest/packument.h"

namespace lpm::manifest {

namespace {

// From worst to best.
enum class Fitness : std::uint8_t { Neither, NotDeprecated, FitsNode, Both };

// What one pick knows about the versions of a packument.
class Candidates {
 public:
  Candidates(const Packument& packument, const PickRules& rules)
      : packument_(packument), rules_(rules) {}

  // A version whose time is unknown is old enough only if the whole document is.
  bool is_old_enough(VersionIndex index) const {
    if (!rules_.before) return true;
    const auto published = packument_.published(index);
    const auto time = published ? published : packument_.modified();
    return time && *time <= *rules_.before;
  }

  Fitness fitness(VersionIndex index) {
    const bool is_fresh = !packument_.is_deprecated(index);
    if (fits_node(index)) return is_fresh ? Fitness::Both : Fitness::FitsNode;
    return is_fresh ? Fitness::NotDeprecated : Fitness::Neither;
  }

 private:
  // An unreadable range admits no Node. Versions in a row mostly have the same range, so the last
  // is kept.
  bool fits_node(VersionIndex index) {
    const std::string_view engines = packument_.engines_node(index);
    if (rules_.node == nullptr || engines.empty()) return true;
    if (engines != last_engines_) {
      const auto range = semver::Range::parse(engines, semver::Mode::Strict);
      last_fits_ = range && range->contains(*rules_.node, semver::Prereleases::Any);
      last_engines_ = engines;
    }
    return last_fits_;
  }

  const Packument& packument_;
  const PickRules& rules_;
  std::string_view last_engines_;
  bool last_fits_ = true;
};

std::optional<VersionIndex> pick_exact(const Packument& packument, const semver::Version& version,
                                       const PickRules& rules) {
  auto index = packument.find_version(version.to_string());
  if (!index) index = packument.find_version(version);
  return index && Candidates(packument, rules).is_old_enough(*index) ? index : std::nullopt;
}

// The version of the default tag, if it is as good as a version can be. `*` admits it even when it
// is a prerelease.
std::optional<VersionIndex> pick_default(const Packument& packument, const semver::Range& range,
                                         const PickRules& rules, Candidates& candidates) {
  const auto tagged = packument.dist_tag(rules.default_tag);
  const auto index = tagged ? packument.find_version(*tagged) : std::nullopt;
  if (!index || !candidates.is_old_enough(*index)) return std::nullopt;
  const bool is_star = range.text() == "*" || range.text().empty();
  if (!is_star && !range.contains(packument.version(*index))) return std::nullopt;
  return candidates.fitness(*index) == Fitness::Both ? index : std::nullopt;
}

}  // namespace

std::optional<VersionIndex> pick_version(const Packument& packument, const semver::Range& range,
                                         const PickRules& rules) {
  if (const semver::Version* exact = range.exact()) return pick_exact(packument, *exact, rules);
  Candidates candidates(packument, rules);
  if (const auto index = pick_default(packument, range, rules, candidates)) return index;
  std::optional<VersionIndex> best;
  Fitness best_fitness = Fitness::Neither;
  // Descending order: of equally fit versions the first is the highest.
  for (VersionIndex index = 0; index < packument.version_count(); ++index) {
    if (!candidates.is_old_enough(index) || !range.contains(packument.version(index))) continue;
    const Fitness fitness = candidates.fitness(index);
    if (best && fitness <= best_fitness) continue;
    best = index;
    best_fitness = fitness;
    if (fitness == Fitness::Both) break;
  }
  return best;
}

std::optional<VersionIndex> pick_tag(const Packument& packument, std::string_view tag,
                                     const PickRules& rules) {
  const auto tagged = packument.dist_tag(tag);
  if (!tagged) return std::nullopt;
  const auto index = packument.find_version(*tagged);
  if (index && Candidates(packument, rules).is_old_enough(*index)) return index;
  if (!rules.before) return std::nullopt;
  const auto not_above = semver::Range::parse("<=" + std::string(*tagged));
  return not_above ? pick_version(packument, *not_above, rules) : std::nullopt;
}

}  // namespace lpm::manifest
