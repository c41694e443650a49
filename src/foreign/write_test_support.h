// For tests of the writers: graphs written by hand, and what a lockfile says as lines.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "foreign/test_support.h"
#include "foreign/write.h"

namespace lpm::foreign {

// "a@1.0.0(peer@2.0.0)" with edges as keys of packages.
struct HandPackage {
  std::string key;
  std::vector<std::string> dependencies;
  std::vector<std::string> peers;  // names of those dependencies that are peers, with their range
  std::vector<std::string> optional = {};
};

inline std::string name_in(const std::string& key) {
  return key.substr(0, key.find('@', 1));
}

inline graph::DependencyGraph hand_graph(
    std::vector<HandPackage> packages,
    const std::vector<std::pair<manifest::DependencyKind, std::string>>& direct) {
  graph::DependencyGraph graph;
  std::sort(packages.begin(), packages.end(),
            [](const HandPackage& a, const HandPackage& b) { return a.key < b.key; });
  for (const HandPackage& one : packages) {
    const auto parts = graph::split_key(one.key);
    graph::Package& package = graph.packages.emplace_back();
    package.name = parts->name;
    package.version = parts->version;
    package.source = parts->source;
    package.peer_context = parts->peer_context;
    for (const std::string& peer : one.peers) package.peers.push_back({peer, "*", false});
  }
  const auto edges = [&](graph::Package& package, const std::vector<std::string>& keys,
                         bool optional) {
    for (const std::string& key : keys)
      package.dependencies.push_back({name_in(key), *graph.find(key), optional});
  };
  for (std::size_t i = 0; i < packages.size(); ++i) {
    edges(graph.packages[i], packages[i].dependencies, false);
    edges(graph.packages[i], packages[i].optional, true);
    std::sort(graph.packages[i].dependencies.begin(), graph.packages[i].dependencies.end(),
              [](const graph::Edge& a, const graph::Edge& b) { return a.name < b.name; });
  }
  graph::Importer& root = graph.importers.emplace_back();
  root.path = ".";
  for (const auto& [kind, key] : direct)
    root.dependencies.push_back({name_in(key), "*", kind, *graph.find(key)});
  std::sort(root.dependencies.begin(), root.dependencies.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return graph;
}

// "a@1.0.0 -> b@2.0.0" for each edge, "a@1.0.0" for each package; importers by their path.
inline std::set<std::string> lines_of(const ForeignLock& lock) {
  std::set<std::string> lines;
  const auto add = [&](const std::string& from, const std::vector<Edge>& edges) {
    for (const Edge& edge : edges)
      if (edge.target != kNoEntry)
        lines.insert(from + " -> " + edge.name + " " + lock.entries[edge.target].name + "@" +
                     lock.entries[edge.target].version);
  };
  for (const Importer& importer : lock.importers) add(importer.path, importer.edges);
  for (const Entry& entry : lock.entries) {
    lines.insert(entry.name + "@" + entry.version);
    add(entry.name + "@" + entry.version, entry.edges);
  }
  return lines;
}

inline std::set<std::string> lines_of(const graph::DependencyGraph& graph) {
  std::set<std::string> lines;
  const auto line = [&](const std::string& from, const std::string& name, graph::PackageId id) {
    if (id != graph::kNoPackage)
      lines.insert(from + " -> " + name + " " + graph[id].name + "@" + graph[id].version);
  };
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      line(importer.path, edge.name, edge.target);
  for (const graph::Package& package : graph.packages) {
    lines.insert(package.name + "@" + package.version);
    for (const graph::Edge& edge : package.dependencies)
      line(package.name + "@" + package.version, edge.name, edge.target);
  }
  return lines;
}

// Of those of `more`, what `few` lacks.
inline Texts beyond(const std::set<std::string>& more, const std::set<std::string>& few) {
  Texts lines;
  std::set_difference(more.begin(), more.end(), few.begin(), few.end(), std::back_inserter(lines));
  return lines;
}

}  // namespace lpm::foreign
