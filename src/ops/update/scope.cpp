#include "ops/update/scope.h"

#include <algorithm>
#include <array>

namespace lpm::ops::update {
namespace {

using manifest::DependencyKind;

bool is_link(const install::WantedManifest& wanted, std::string_view name) {
  return std::any_of(wanted.links.begin(), wanted.links.end(),
                     [&](const workspace::Link& link) { return link.name == name; });
}

}  // namespace

std::vector<bool> Scope::needed() const {
  if (!project.lockfile) return {};
  const graph::DependencyGraph& graph = project.lockfile->graph;
  if (is_whole) return std::vector<bool>(graph.packages.size(), true);
  std::vector<bool> needed(graph.packages.size());
  std::vector<graph::PackageId> open;
  const auto take = [&](graph::PackageId id) {
    if (id == graph::kNoPackage || needed[graph::index(id)]) return;
    needed[graph::index(id)] = true;
    open.push_back(id);
  };
  for (const std::size_t i : chosen)
    for (const graph::Importer& importer : graph.importers)
      if (importer.path == project.package(i).path)
        for (const graph::ImporterEdge& edge : importer.dependencies) take(edge.target);
  while (!open.empty()) {
    const graph::PackageId id = open.back();
    open.pop_back();
    for (const graph::Edge& edge : graph[id].dependencies) take(edge.target);
  }
  return needed;
}

Result<Scope> load_scope(const Session& session, const MemberChoice& members) {
  LPM_TRY(install::require_manifest(session));
  Scope scope;
  LPM_TRY_ASSIGN(scope.project, install::load_project(session));
  LPM_TRY_ASSIGN(scope.written, install::as_written(session, scope.project));
  LPM_TRY_ASSIGN(
      scope.chosen,
      some_chosen_packages(session, members, install::selectable(scope.project, scope.written)));
  const bool takes_all = members.all && members.words.empty() && members.named.empty();
  const bool is_called_at_root = session.package_folder() == session.project;
  scope.is_whole = members.is_made() ? takes_all : is_called_at_root;
  return scope;
}

std::vector<Direct> direct_dependencies(const Scope& scope,
                                        const std::vector<DependencyKind>& kinds) {
  std::vector<Direct> found;
  for (const std::size_t i : scope.chosen) {
    const install::WantedManifest& wanted = scope.written.package(i);
    const manifest::Manifest& manifest = wanted.manifest;
    const std::array<std::pair<DependencyKind, const manifest::StringPairs*>, 4> fields = {
        {{DependencyKind::Optional, &manifest.optional_dependencies},
         {DependencyKind::Production, &manifest.dependencies},
         {DependencyKind::Development, &manifest.dev_dependencies},
         {DependencyKind::Peer, &manifest.peer_dependencies}}};
    std::set<std::string_view> seen;
    for (const auto& [kind, pairs] : fields) {
      const bool counts =
          kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
      for (const auto& [name, spec] : *pairs)
        if (seen.insert(name).second && counts && !is_link(wanted, name))
          found.push_back({scope.project.package(i).path, name, spec, kind});
    }
  }
  return found;
}

}  // namespace lpm::ops::update
