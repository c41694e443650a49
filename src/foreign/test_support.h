#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "foreign/foreign.h"
#include "manifest/manifest.h"

namespace lpm::foreign {

inline std::string data_file(const std::string& path) {
  std::ifstream file(std::string(LPM_TEST_DATA) + "/foreign-lockfiles/" + path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline ForeignLock read_text(Format format, std::string_view text) {
  Result<ForeignLock> lock = read_lockfile(format, text, "f");
  EXPECT_TRUE(lock) << (lock ? "" : lock.error().what + " " + lock.error().where);
  return lock ? std::move(*lock) : ForeignLock();
}

inline std::string problem_of(Format format, std::string_view text) {
  const Result<ForeignLock> lock = read_lockfile(format, text, "f");
  EXPECT_FALSE(lock) << text;
  return lock ? "" : lock.error().where + " " + lock.error().what;
}

// "a -> b@1.0.0" for each edge of an entry or an importer; "a -> nothing" for an open one.
inline std::vector<std::string> shown(const ForeignLock& lock, const std::vector<Edge>& edges) {
  std::vector<std::string> lines;
  for (const Edge& edge : edges) {
    const std::string target = edge.target == kNoEntry ? "nothing"
                                                       : lock.entries[edge.target].name + "@" +
                                                             lock.entries[edge.target].version;
    lines.push_back(edge.name + " -> " + target);
  }
  return lines;
}

inline const Entry* find_entry(const ForeignLock& lock, std::string_view name) {
  for (const Entry& entry : lock.entries)
    if (entry.name == name) return &entry;
  ADD_FAILURE() << "no entry " << name;
  static const Entry none;
  return &none;
}

inline std::vector<std::string> omitted(const ForeignLock& lock) {
  std::vector<std::string> lines;
  for (const Omission& omission : lock.omissions)
    lines.push_back(std::to_string(omission.line) + ": " + omission.what + " " + omission.reason);
  return lines;
}

// Keys of the packages of the preferred graph, each with its edges: "a@1.0.0 b=2.0.0".
inline std::vector<std::string> preferred(const ForeignLock& lock) {
  const graph::DependencyGraph graph = preferred_graph(lock).graph;
  std::vector<std::string> lines;
  for (const graph::Package& package : graph.packages) {
    std::string line = package.key();
    for (const graph::Edge& edge : package.dependencies)
      line += " " + edge.name + "=" + graph[edge.target].version;
    lines.push_back(line);
  }
  return lines;
}

using Texts = std::vector<std::string>;

}  // namespace lpm::foreign
