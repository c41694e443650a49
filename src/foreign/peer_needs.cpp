#include "foreign/peer_needs.h"

#include <algorithm>

namespace lpm::foreign {
namespace {

// Cycles of peers settle after a few; what has not by then is left as it is.
constexpr int kMostRounds = 50;

bool names(const manifest::StringPairs& pairs, std::string_view name) {
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

}  // namespace

PeerNeeds::PeerNeeds(const graph::DependencyGraph& graph,
                     const std::vector<const PackageFacts*>& facts)
    : graph_(graph), facts_(facts), needs_(graph.packages.size()) {
  bool changed = true;
  for (int round = 0; changed && round < kMostRounds; ++round) {
    changed = false;
    // Dependents mostly stand behind what they need or before it; either way a round is linear.
    for (std::size_t i = graph.packages.size(); i-- > 0;)
      changed |= add_needs_of(graph::PackageId{static_cast<std::uint32_t>(i)});
  }
}

bool PeerNeeds::is_peer(graph::PackageId id, std::string_view name) const {
  const graph::Package& package = graph_[id];
  const auto peer = std::lower_bound(
      package.peers.begin(), package.peers.end(), name,
      [](const graph::PeerDeclaration& a, std::string_view wanted) { return a.name < wanted; });
  if (peer == package.peers.end() || peer->name != name) return false;
  const PackageFacts* facts = facts_.empty() ? nullptr : facts_[graph::index(id)];
  return facts == nullptr ||
         (!names(facts->dependencies, name) && !names(facts->optional_dependencies, name));
}

bool PeerNeeds::add_needs_of(graph::PackageId id) {
  Needs& needs = needs_[graph::index(id)];
  const std::size_t before = needs.size();
  const graph::Package& package = graph_[id];
  const auto supplies = [&](std::string_view name) {
    return std::any_of(
        package.dependencies.begin(), package.dependencies.end(),
        [&](const graph::Edge& edge) { return edge.name == name && !is_peer(id, name); });
  };
  for (const graph::Edge& edge : package.dependencies) {
    if (edge.target == graph::kNoPackage) continue;
    const bool is_peer_edge = is_peer(id, edge.name);
    if (is_peer_edge) needs.emplace(edge.name, edge.target);
    if (edge.target == id) continue;
    for (const auto& [name, target] : needs_[graph::index(edge.target)])
      if (target != id && (is_peer_edge || !supplies(name))) needs.emplace(name, target);
  }
  return needs.size() != before;
}

}  // namespace lpm::foreign
