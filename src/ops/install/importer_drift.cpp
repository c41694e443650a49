#include "ops/install/importer_drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lpm::ops::install {
namespace {

using lockfile::Drift;

const graph::Importer* importer_at(const graph::DependencyGraph& graph, std::string_view path) {
  const auto found = std::lower_bound(
      graph.importers.begin(), graph.importers.end(), path,
      [](const graph::Importer& one, std::string_view wanted) { return one.path < wanted; });
  return found != graph.importers.end() && found->path == path ? &*found : nullptr;
}

const workspace::Link* link_named(const std::vector<workspace::Link>& links,
                                  std::string_view name) {
  const auto found = std::lower_bound(
      links.begin(), links.end(), name,
      [](const workspace::Link& one, std::string_view wanted) { return one.name < wanted; });
  return found != links.end() && found->name == name ? &*found : nullptr;
}

// A member moved, left, or its version came into a range or left it; the specifiers are the same.
void add_link_drift(const graph::DependencyGraph& graph, const graph::Importer& importer,
                    const std::vector<workspace::Link>& links, std::vector<Drift>& drifts) {
  for (const graph::ImporterEdge& edge : importer.dependencies) {
    if (edge.target == graph::kNoPackage) continue;
    const graph::Package& package = graph[edge.target];
    const bool is_linked = package.source.kind == graph::SourceKind::Workspace;
    const workspace::Link* link = link_named(links, edge.name);
    const bool is_told = std::any_of(drifts.begin(), drifts.end(), [&](const Drift& one) {
      return one.importer == importer.path && one.name == edge.name;
    });
    if (is_told || (link == nullptr && !is_linked)) continue;
    if (link != nullptr && is_linked && package.source.locator == link->path &&
        package.name == link->package)
      continue;
    drifts.push_back({importer.path, edge.name,
                      fmt::format("{} at {}", edge.spec, package.id_without_peers()),
                      link == nullptr ? edge.spec + ", which the member does not satisfy"
                                      : fmt::format("the member {}", link->path)});
  }
}

}  // namespace

std::vector<Drift> drift_of(const Project& project, const WantedProject& wanted, bool own_peers) {
  const graph::DependencyGraph& graph = project.lockfile->graph;
  std::vector<Drift> drifts;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const std::string& path = project.package(i).path;
    std::vector<Drift> of_one =
        lockfile::drift(*project.lockfile, path, wanted.package(i).manifest, own_peers);
    const graph::Importer* importer = importer_at(graph, path);
    if (importer != nullptr)
      add_link_drift(graph, *importer, wanted.package(i).links, of_one);
    else if (of_one.empty())
      of_one.push_back({path, "", "", "a member"});
    drifts.insert(drifts.end(), of_one.begin(), of_one.end());
  }
  std::set<std::string_view> paths;
  for (std::size_t i = 0; i < project.package_count(); ++i) paths.insert(project.package(i).path);
  for (const graph::Importer& importer : graph.importers)
    if (!paths.contains(importer.path)) drifts.push_back({importer.path, "", "a member", ""});
  return drifts;
}

}  // namespace lpm::ops::install
