// npm's picker: the default tag's version when it fits; else the highest that fits best, where not
// deprecated and fit for Node beats fit for Node beats not deprecated.
#include <optional>

#include "manifest/packument.h"

namespace lpm::manifest {
namespace {

// An unreadable engines range admits nothing, as semver.satisfies() answers false for it.
bool fits_node(const Packument& packument, VersionIndex index, const PickRules& rules) {
  const std::string_view engines = packument.engines_node(index);
  if (rules.node == nullptr || engines.empty()) return true;
  const std::optional<semver::Range> range = semver::Range::parse(engines, semver::Mode::Strict);
  return range && range->contains(*rules.node, semver::Prereleases::Any);
}

// A version whose time is unknown is old enough only if the whole document is.
bool is_old_enough(const Packument& packument, VersionIndex index, const PickRules& rules) {
  if (!rules.before) return true;
  std::optional<UnixNanoseconds> published = packument.published(index);
  if (!published) published = packument.modified();
  return published && *published <= *rules.before;
}

enum class Fitness : std::uint8_t { Neither, NotDeprecated, FitsNode, Both };

Fitness fitness(const Packument& packument, VersionIndex index, const PickRules& rules) {
  const bool fresh = !packument.is_deprecated(index);
  if (fits_node(packument, index, rules)) return fresh ? Fitness::Both : Fitness::FitsNode;
  return fresh ? Fitness::NotDeprecated : Fitness::Neither;
}

}  // namespace

std::optional<VersionIndex> pick_version(const Packument& packument, const semver::Range& range,
                                         const PickRules& rules) {
  if (const semver::Version* exact = range.exact()) {
    const std::optional<VersionIndex> index = packument.find_version(*exact);
    return index && is_old_enough(packument, *index, rules) ? index : std::nullopt;
  }
  if (const std::optional<std::string_view> tagged = packument.dist_tag(rules.default_tag)) {
    const std::optional<VersionIndex> index = packument.find_version(*tagged);
    const bool satisfies = index && (range.text() == "*" || range.text().empty() ||
                                     range.contains(packument.version(*index)));
    if (satisfies && is_old_enough(packument, *index, rules) &&
        fitness(packument, *index, rules) == Fitness::Both)
      return index;
  }
  std::optional<VersionIndex> best;
  Fitness best_fitness = Fitness::Neither;
  // Descending order: of equally fit versions the first one is the highest.
  for (VersionIndex index = 0; index < packument.version_count(); ++index) {
    if (!range.contains(packument.version(index)) || !is_old_enough(packument, index, rules))
      continue;
    const Fitness candidate = fitness(packument, index, rules);
    if (best && candidate <= best_fitness) continue;
    best = index;
    best_fitness = candidate;
    if (candidate == Fitness::Both) break;
  }
  return best;
}

std::optional<VersionIndex> pick_tag(const Packument& packument, std::string_view tag,
                                     const PickRules& rules) {
  const std::optional<std::string_view> text = packument.dist_tag(tag);
  if (!text) return std::nullopt;
  const std::optional<VersionIndex> index = packument.find_version(*text);
  if (index && is_old_enough(packument, *index, rules)) return index;
  if (!rules.before) return std::nullopt;
  const std::optional<semver::Range> not_above = semver::Range::parse("<=" + std::string(*text));
  return not_above ? pick_version(packument, *not_above, rules) : std::nullopt;
}

}  // namespace lpm::manifest
