// Which packages an install needs: a walk from the importers under a selection and a platform.
#include "graph/graph.h"

namespace lpm::graph {
namespace {

using Dependents = std::vector<std::vector<PackageId>>;

Dependents required_dependents(const DependencyGraph& graph) {
  Dependents dependents(graph.packages.size());
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i)
    for (const Edge& edge : graph.packages[i].dependencies)
      if (!edge.optional && edge.target != kNoPackage)
        dependents[index(edge.target)].push_back(PackageId{i});
  return dependents;
}

// Packages that the platform refuses, and all that cannot do without one of them.
std::vector<bool> spread_to_dependents(const DependencyGraph& graph,
                                       const std::vector<bool>& refused) {
  const Dependents dependents = required_dependents(graph);
  std::vector<bool> unusable = refused;
  std::vector<PackageId> open;
  for (std::uint32_t i = 0; i < refused.size(); ++i)
    if (refused[i]) open.push_back(PackageId{i});
  while (!open.empty()) {
    const PackageId id = open.back();
    open.pop_back();
    for (const PackageId dependent : dependents[index(id)]) {
      if (unusable[index(dependent)]) continue;
      unusable[index(dependent)] = true;
      open.push_back(dependent);
    }
  }
  return unusable;
}

bool is_selected(manifest::DependencyKind kind, const Selection& selection) {
  switch (kind) {
    case manifest::DependencyKind::Development:
      return selection.development;
    case manifest::DependencyKind::Optional:
      return selection.optional;
    case manifest::DependencyKind::Production:
    case manifest::DependencyKind::Peer:
      return selection.production;
  }
  return true;
}

}  // namespace

Reached reach(const DependencyGraph& graph, const Selection& selection,
              const manifest::Platform& platform) {
  const std::size_t count = graph.packages.size();
  std::vector<bool> refused(count);
  bool any_refused = false;
  for (std::size_t i = 0; i < count; ++i) {
    const manifest::PlatformFilter& filter = graph.packages[i].platform;
    refused[i] = !filter.empty() && !manifest::admits(filter, platform);
    any_refused = any_refused || refused[i];
  }
  const std::vector<bool> unusable = any_refused ? spread_to_dependents(graph, refused) : refused;

  Reached reached{std::vector<bool>(count), {}};
  std::vector<PackageId> open;
  const auto follow = [&](PackageId target, bool optional) {
    if (target == kNoPackage || reached.installed[index(target)]) return;
    if (optional && (!selection.optional || unusable[index(target)])) return;
    reached.installed[index(target)] = true;
    open.push_back(target);
  };
  for (const Importer& importer : graph.importers)
    for (const ImporterEdge& edge : importer.dependencies)
      if (is_selected(edge.kind, selection))
        follow(edge.target, edge.kind == manifest::DependencyKind::Optional);
  while (!open.empty()) {
    const PackageId id = open.back();
    open.pop_back();
    for (const Edge& edge : graph[id].dependencies) follow(edge.target, edge.optional);
  }
  for (std::uint32_t i = 0; i < count; ++i)
    if (refused[i] && reached.installed[i]) reached.refused.push_back(PackageId{i});
  return reached;
}

}  // namespace lpm::graph
