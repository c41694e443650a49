#include "ops/install/changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace lpm::ops::install {
namespace {

using Manifests = std::map<std::string_view, const manifest::Manifest*>;  // by importer
using VersionsByName = std::map<std::string, std::set<std::string>>;

VersionsByName versions_of(const graph::DependencyGraph& graph) {
  VersionsByName result;
  for (const graph::Package& package : graph.packages)
    if (package.source.kind != graph::SourceKind::Workspace)
      result[package.name].insert(package.version);
  return result;
}

// As changes are told, wherever the package comes from.
std::string shown(const graph::Package& package) {
  return package.name + "@" + package.version;
}

// By name and version, what tells two packages of one version apart: the commit of a repository.
using LabelsByVersion = std::map<std::string, std::map<std::string, std::set<std::string>>>;

std::string label(const graph::Package& package) {
  constexpr std::size_t kCommitDigits = 7;
  const std::size_t at = package.source.locator.rfind('#');
  if (package.source.kind != graph::SourceKind::Git || at == std::string::npos)
    return package.version;
  return package.version + " (" + package.source.locator.substr(at + 1, kCommitDigits) + ")";
}

LabelsByVersion labels_of(const graph::DependencyGraph& graph) {
  LabelsByVersion labels;
  for (const graph::Package& package : graph.packages)
    labels[package.name][package.version].insert(label(package));
  return labels;
}

// "name@version" of what stands at the top, before and after.
struct TopLevel {
  std::set<std::string> direct;  // a manifest names it
  std::set<std::string> peers;   // a package needs it as a peer, no manifest names it

  void add(const graph::DependencyGraph& graph, const Manifests& manifests) {
    for (const graph::Importer& importer : graph.importers) {
      const auto manifest = manifests.find(importer.path);
      for (const graph::ImporterEdge& edge : importer.dependencies) {
        if (edge.target == graph::kNoPackage) continue;
        const bool is_named =
            edge.kind != manifest::DependencyKind::Peer ||
            (manifest != manifests.end() && has_peer(*manifest->second, edge.name));
        (is_named ? direct : peers).insert(shown(graph[edge.target]));
      }
    }
  }
  static bool has_peer(const manifest::Manifest& manifest, const std::string& name) {
    return std::any_of(manifest.peer_dependencies.begin(), manifest.peer_dependencies.end(),
                       [&](const auto& entry) { return entry.first == name; });
  }
  PackageChange change(const std::string& name, const std::string& from,
                       const std::string& to) const {
    const std::string id = name + "@" + (to.empty() ? from : to);
    return {name, from, to, direct.contains(id), peers.contains(id) && !direct.contains(id)};
  }
};

std::set<std::string> installed_packages(const graph::DependencyGraph& graph,
                                         const std::vector<bool>& installed) {
  std::set<std::string> packages;
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (installed[i]) packages.insert(shown(graph.packages[i]));
  return packages;
}

std::vector<std::string> missing_in(const std::set<std::string>& from,
                                    const std::set<std::string>& in) {
  std::vector<std::string> result;
  std::set_difference(from.begin(), from.end(), in.begin(), in.end(), std::back_inserter(result));
  return result;
}

// Packages that are another commit of the same version, by name.
std::vector<PackageChange> moved_commits(const graph::DependencyGraph& before,
                                         const graph::DependencyGraph& after, const TopLevel& top) {
  std::vector<PackageChange> moved;
  const LabelsByVersion old_labels = labels_of(before);
  for (const auto& [name, versions] : labels_of(after)) {
    const auto old_name = old_labels.find(name);
    if (old_name == old_labels.end()) continue;
    for (const auto& [version, labels] : versions) {
      const auto old_version = old_name->second.find(version);
      if (old_version == old_name->second.end() || old_version->second == labels) continue;
      PackageChange change = top.change(name, version, version);
      change.from = *old_version->second.begin();
      change.to = *labels.begin();
      moved.push_back(std::move(change));
    }
  }
  return moved;
}

}  // namespace

std::vector<PackageChange> changes_between(const Project& before, const WantedProject& wanted,
                                           const graph::DependencyGraph& after,
                                           const std::vector<bool>& installed) {
  const VersionsByName old_versions =
      before.lockfile ? versions_of(before.lockfile->graph) : VersionsByName();
  const VersionsByName new_versions = versions_of(after);
  const std::set<std::string> taken = installed_packages(after, installed);
  TopLevel top;
  Manifests old_manifests, new_manifests;
  for (std::size_t i = 0; i < before.package_count(); ++i) {
    old_manifests[before.package(i).path] = &before.package(i).manifest;
    new_manifests[before.package(i).path] = &wanted.package(i).manifest;
  }
  top.add(after, new_manifests);
  if (before.lockfile) top.add(before.lockfile->graph, old_manifests);
  VersionsByName names = old_versions;
  names.insert(new_versions.begin(), new_versions.end());
  const std::set<std::string> none;
  std::vector<PackageChange> changes;
  for (const auto& [name, versions] : names) {
    const auto old_at = old_versions.find(name);
    const auto new_at = new_versions.find(name);
    const std::set<std::string>& old_set = old_at == old_versions.end() ? none : old_at->second;
    const std::set<std::string>& new_set = new_at == new_versions.end() ? none : new_at->second;
    const std::vector<std::string> gone = missing_in(old_set, new_set);
    const std::vector<std::string> come = missing_in(new_set, old_set);
    if (gone.size() == 1 && come.size() == 1 && taken.contains(name + "@" + come.front())) {
      changes.push_back(top.change(name, gone.front(), come.front()));
      continue;
    }
    for (const std::string& version : gone) changes.push_back(top.change(name, version, ""));
    for (const std::string& version : come)
      if (taken.contains(name + "@" + version)) changes.push_back(top.change(name, "", version));
  }
  if (!before.lockfile) return changes;
  for (PackageChange& change : moved_commits(before.lockfile->graph, after, top))
    changes.push_back(std::move(change));
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  return changes;
}

}  // namespace lpm::ops::install
