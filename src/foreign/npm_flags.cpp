#include "foreign/npm_flags.h"

namespace lpm::foreign {
namespace {

using manifest::DependencyKind;

// What is left of the target's flags when this edge leads to it.
NpmFlags through(const NpmFlags& from, DependencyKind kind) {
  const bool dev = kind == DependencyKind::Development;
  const bool optional = kind == DependencyKind::Optional;
  NpmFlags flags;
  flags.dev = from.dev || dev;
  flags.optional = from.optional || optional;
  flags.dev_optional = from.dev_optional || dev || optional;
  flags.peer = from.peer || kind == DependencyKind::Peer;
  return flags;
}

bool take_away(NpmFlags& flags, const NpmFlags& kept) {
  const NpmFlags before = flags;
  flags.dev &= kept.dev;
  flags.optional &= kept.optional;
  flags.dev_optional &= kept.dev_optional;
  flags.peer &= kept.peer;
  return before.dev != flags.dev || before.optional != flags.optional ||
         before.dev_optional != flags.dev_optional || before.peer != flags.peer;
}

}  // namespace

std::vector<NpmFlags> npm_flags(const std::vector<Place>& places) {
  std::vector<NpmFlags> flags(places.size());
  flags[0] = {false, false, false, false};
  std::vector<PlaceId> queue = {0};
  const auto lead = [&](PlaceId to, const NpmFlags& kept, bool is_first) {
    if (to != kNoPlace && (take_away(flags[to], kept) || is_first)) queue.push_back(to);
  };
  std::vector<bool> visited(places.size());
  while (!queue.empty()) {
    const PlaceId at = queue.back();
    queue.pop_back();
    visited[at] = true;
    const NpmFlags from = flags[at];
    for (const PlacedEdge& edge : places[at].edges)
      if (edge.target != kNoPlace)
        lead(edge.target, through(from, edge.kind), !visited[edge.target]);
    if (places[at].folder != kNoPlace) lead(places[at].folder, from, !visited[places[at].folder]);
  }
  for (NpmFlags& one : flags) one.dev_optional &= !one.dev && !one.optional;
  return flags;
}

}  // namespace lpm::foreign
