// What every reader of a foreign lockfile promises, whatever it reads. Inputs: up to 16 KiB.
#pragma once

#include <algorithm>
#include <set>
#include <tuple>

#include "foreign/foreign.h"
#include "fuzz.h"
#include "semver/semver.h"

namespace lpm::foreign {

using fuzz::require;

inline void require_edges(const ForeignLock& lock, const std::vector<Edge>& edges) {
  for (const Edge& edge : edges) {
    require(edge.target == kNoEntry || edge.target < lock.entries.size(), "edges lead somewhere");
    require(graph::is_linkable_name(edge.name), "edges have names that may be linked");
  }
}

inline void require_entries(const ForeignLock& lock) {
  for (const Entry& entry : lock.entries) {
    require(graph::is_linkable_name(entry.name), "entries have names that may be linked");
    require(entry.source.kind != graph::SourceKind::Registry ||
                semver::Version::parse(entry.version, semver::Mode::Strict),
            "what comes from a registry has a version");
    require(entry.line > 0, "entries have a line");
    require_edges(lock, entry.edges);
  }
  std::set<std::string_view> paths;
  for (const Importer& importer : lock.importers) {
    require(!importer.path.empty() && paths.insert(importer.path).second, "paths are unique");
    require_edges(lock, importer.edges);
  }
  for (const Pattern& pattern : lock.patterns)
    require(pattern.target < lock.entries.size(), "patterns lead somewhere");
}

template <class AnyEdge>
void require_sorted(const graph::DependencyGraph& graph, const std::vector<AnyEdge>& edges) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    require(graph::index(edges[i].target) < graph.packages.size(), "preferred edges are bound");
    require(i == 0 || edges[i - 1].name < edges[i].name, "preferred edges are in order");
  }
}

inline void require_graph(const ForeignLock& lock) {
  const graph::DependencyGraph graph = preferred_graph(lock).graph;
  std::set<std::tuple<std::string, std::string>> known;
  for (const Entry& entry : lock.entries) known.insert({entry.name, entry.version});
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    require(known.contains({package.name, package.version}), "nothing is made up");
    require(i == 0 || graph.packages[i - 1].key() < package.key(), "packages are in order");
    require_sorted(graph, package.dependencies);
  }
  for (const graph::Importer& importer : graph.importers)
    require_sorted(graph, importer.dependencies);
}

// A project that wishes for whatever the file holds.
inline void add_wishing_importer(ForeignLock& lock) {
  manifest::Manifest manifest;
  for (const Pattern& pattern : lock.patterns)
    manifest.dependencies.emplace_back(pattern.name, pattern.spec);
  add_importer(lock, ".", manifest);
}

inline int fuzz_reader(Format format, const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMostBytes = 16U << 10;
  if (size > kMostBytes) return fuzz::kTurnedAway;
  Result<ForeignLock> lock = read_lockfile(format, fuzz::text_of(data, size), "f");
  if (!lock) {
    require(lock.error().where.starts_with("f"), "an error names its place");
    return 0;
  }
  require_entries(*lock);
  require_graph(*lock);
  add_wishing_importer(*lock);
  require_entries(*lock);
  require_graph(*lock);
  return 0;
}

}  // namespace lpm::foreign
