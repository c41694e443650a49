// Paths from importers to a package, shortest first: best-first search backwards from the target,
// led by each package's known distance to an importer, so that nearly every step is on a path that
// is returned.
#include <algorithm>
#include <queue>
#include <tuple>

#include "graph/graph.h"

namespace lpm::graph {
namespace {

constexpr std::uint32_t kUnreachable = UINT32_MAX;
constexpr std::size_t kMostSteps = 200'000;  // bounds the search in graphs that are one big cycle

// Packages from an importer's direct dependency (1) on; kUnreachable for those that nothing needs.
std::vector<std::uint32_t> distances(const DependencyGraph& graph) {
  std::vector<std::uint32_t> distance(graph.packages.size(), kUnreachable);
  std::vector<PackageId> queue;
  const auto visit = [&](PackageId id, std::uint32_t steps) {
    if (id == kNoPackage || distance[index(id)] != kUnreachable) return;
    distance[index(id)] = steps;
    queue.push_back(id);
  };
  for (const Importer& importer : graph.importers)
    for (const ImporterEdge& edge : importer.dependencies) visit(edge.target, 1);
  for (std::size_t i = 0; i < queue.size(); ++i)
    for (const Edge& edge : graph[queue[i]].dependencies)
      visit(edge.target, distance[index(queue[i])] + 1);
  return distance;
}

struct Step {
  PackageId package;
  std::uint32_t next;    // index of the step towards the target; own index for the target
  std::uint32_t length;  // packages from here to the target
};

bool is_on_path(const std::vector<Step>& steps, std::uint32_t from, PackageId package) {
  for (std::uint32_t i = from;; i = steps[i].next) {
    if (steps[i].package == package) return true;
    if (steps[i].next == i) return false;
  }
}

std::vector<PackageId> packages_from(const std::vector<Step>& steps, std::uint32_t from) {
  std::vector<PackageId> packages;
  for (std::uint32_t i = from;; i = steps[i].next) {
    packages.push_back(steps[i].package);
    if (steps[i].next == i) return packages;
  }
}

struct Reverse {
  std::vector<std::vector<PackageId>> dependents;
  std::vector<std::vector<std::size_t>> importers;
};

Reverse reverse_of(const DependencyGraph& graph) {
  Reverse reverse;
  reverse.dependents.resize(graph.packages.size());
  reverse.importers.resize(graph.packages.size());
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i)
    for (const Edge& edge : graph.packages[i].dependencies)
      if (edge.target != kNoPackage) reverse.dependents[index(edge.target)].push_back(PackageId{i});
  for (std::size_t i = 0; i < graph.importers.size(); ++i)
    for (const ImporterEdge& edge : graph.importers[i].dependencies)
      if (edge.target != kNoPackage) reverse.importers[index(edge.target)].push_back(i);
  return reverse;
}

}  // namespace

std::vector<Path> paths_to(const DependencyGraph& graph, PackageId target, std::size_t limit) {
  std::vector<Path> paths;
  if (target == kNoPackage || limit == 0) return paths;
  const std::vector<std::uint32_t> distance = distances(graph);
  if (distance[index(target)] == kUnreachable) return paths;
  const Reverse reverse = reverse_of(graph);

  // Ordered by whole length; a finished path (`importer` set) goes before an open one of the same
  // length.
  struct Candidate {
    std::uint32_t length;
    std::size_t importer;
    std::uint32_t step;
  };
  const auto later = [](const Candidate& a, const Candidate& b) {
    return std::tie(a.length, a.importer, a.step) > std::tie(b.length, b.importer, b.step);
  };
  std::priority_queue<Candidate, std::vector<Candidate>, decltype(later)> open(later);
  constexpr std::size_t kUnfinished = SIZE_MAX;
  std::vector<Step> steps{{target, 0, 1}};
  open.push({distance[index(target)], kUnfinished, 0});
  while (!open.empty() && paths.size() < limit && steps.size() < kMostSteps) {
    const Candidate best = open.top();
    open.pop();
    if (best.importer != kUnfinished) {
      paths.push_back({best.importer, packages_from(steps, best.step)});
      continue;
    }
    const Step step = steps[best.step];
    for (const std::size_t importer : reverse.importers[index(step.package)])
      open.push({step.length, importer, best.step});
    for (const PackageId dependent : reverse.dependents[index(step.package)]) {
      if (distance[index(dependent)] == kUnreachable || is_on_path(steps, best.step, dependent))
        continue;
      const auto added = static_cast<std::uint32_t>(steps.size());
      steps.push_back({dependent, best.step, step.length + 1});
      open.push({step.length + distance[index(dependent)], kUnfinished, added});
    }
  }
  return paths;
}

}  // namespace lpm::graph
