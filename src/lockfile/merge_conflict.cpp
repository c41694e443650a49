// lpm.lock with merge-conflict markers: both sides are read, and their graphs united.
#include <algorithm>
#include <map>

#include "lockfile/lockfile.h"
#include "semver/semver.h"

namespace lpm::lockfile {
namespace {

using graph::DependencyGraph;
using graph::PackageId;

struct Sides {
  std::string ours;
  std::string theirs;
};

bool is_marker(std::string_view line, char sign) {
  return line.size() >= 7 && line.substr(0, 7) == std::string(7, sign) &&
         (line.size() == 7 || line[7] == ' ');
}

// Nothing when markers are missing or do not pair.
std::optional<Sides> split_sides(std::string_view text) {
  enum class Part { Both, Ours, Base, Theirs } part = Part::Both;
  Sides sides;
  bool any = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view whole = text.substr(0, end);
    const std::string_view line = whole.substr(0, whole.find('\n'));
    text.remove_prefix(end);
    if (is_marker(line, '<') && part == Part::Both)
      part = Part::Ours;
    else if (is_marker(line, '|') && part == Part::Ours)
      part = Part::Base;
    else if (is_marker(line, '=') && (part == Part::Ours || part == Part::Base))
      part = Part::Theirs;
    else if (is_marker(line, '>') && part == Part::Theirs)
      part = Part::Both, any = true;
    else {
      if (part == Part::Both || part == Part::Ours) sides.ours += whole;
      if (part == Part::Both || part == Part::Theirs) sides.theirs += whole;
    }
  }
  if (!any || part != Part::Both) return std::nullopt;
  return sides;
}

class Merger {
 public:
  Merger(Lockfile ours, Lockfile theirs) : ours_(std::move(ours)), theirs_(std::move(theirs)) {}

  MergedLockfile merge() {
    merged_.lockfile.inputs = ours_.inputs;
    unite_packages();
    unite_importers();
    return std::move(merged_);
  }

 private:
  DependencyGraph& graph() { return merged_.lockfile.graph; }

  // Every package of both sides; one that both have keeps our record, since a key says all that
  // matters.
  void unite_packages() {
    std::map<std::string, const graph::Package*> by_key;
    for (const graph::Package& package : ours_.graph.packages) by_key[package.key()] = &package;
    for (const graph::Package& package : theirs_.graph.packages)
      by_key.try_emplace(package.key(), &package);
    for (const auto& [key, package] : by_key) {
      ids_[key] = PackageId{static_cast<std::uint32_t>(graph().packages.size())};
      graph().packages.push_back(*package);
    }
    std::size_t next = 0;
    for (const auto& [key, package] : by_key) {
      const bool is_ours = package >= ours_.graph.packages.data() &&
                           package < ours_.graph.packages.data() + ours_.graph.packages.size();
      const DependencyGraph& side = is_ours ? ours_.graph : theirs_.graph;
      for (graph::Edge& edge : graph().packages[next].dependencies)
        edge.target = translated(side, edge.target);
      ++next;
    }
  }

  PackageId translated(const DependencyGraph& side, PackageId id) const {
    return id == graph::kNoPackage ? id : ids_.find(side[id].key())->second;
  }

  void unite_importers() {
    std::map<std::string, std::map<std::string, graph::ImporterEdge>> importers;
    std::map<std::string, std::vector<graph::AppliedRule>> rules;
    for (const graph::Importer& importer : ours_.graph.importers) {
      auto& edges = importers[importer.path];
      rules[importer.path] = importer.rules;
      for (graph::ImporterEdge edge : importer.dependencies) {
        edge.target = translated(ours_.graph, edge.target);
        edges[edge.name] = edge;
      }
    }
    for (const graph::Importer& importer : theirs_.graph.importers) {
      auto& edges = importers[importer.path];
      rules.try_emplace(importer.path, importer.rules);
      for (graph::ImporterEdge edge : importer.dependencies) {
        edge.target = translated(theirs_.graph, edge.target);
        const auto [known, is_new] = edges.try_emplace(edge.name, edge);
        if (!is_new && known->second.target != edge.target) choose(known->second, edge);
      }
    }
    for (auto& [path, edges] : importers) {
      graph::Importer& importer = graph().importers.emplace_back();
      importer.path = path;
      importer.rules = std::move(rules[path]);
      for (auto& [name, edge] : edges) importer.dependencies.push_back(std::move(edge));
    }
  }

  void choose(graph::ImporterEdge& ours, const graph::ImporterEdge& theirs) {
    graph::ImporterEdge rejected = theirs;
    if (is_higher(theirs.target, ours.target)) std::swap(ours, rejected);
    merged_.notes.push_back("`" + ours.name + "`: " + version_of(ours.target) + ", not " +
                            version_of(rejected.target));
  }

  std::string version_of(PackageId id) {
    return id == graph::kNoPackage ? "none" : graph()[id].source_text() + graph()[id].peer_context;
  }

  bool is_higher(PackageId a, PackageId b) {
    if (a == graph::kNoPackage || b == graph::kNoPackage) return b == graph::kNoPackage;
    const auto first = semver::Version::parse(graph()[a].version);
    const auto second = semver::Version::parse(graph()[b].version);
    return first && second && *first > *second;
  }

  const Lockfile ours_;
  const Lockfile theirs_;
  std::map<std::string, PackageId, std::less<>> ids_;
  MergedLockfile merged_;
};

}  // namespace

Result<MergedLockfile> merge_conflict(std::string_view text, std::string_view file_name) {
  const std::optional<Sides> sides = split_sides(text);
  if (!sides)
    return Error(ErrorCode::BAD_LOCKFILE, "the merge-conflict markers in `lpm.lock` do not pair")
        .at(std::string(file_name));
  Result<Lockfile> ours = parse_lockfile(sides->ours, file_name);
  if (!ours) return std::move(ours).error().during("while reading our side of the merge");
  Result<Lockfile> theirs = parse_lockfile(sides->theirs, file_name);
  if (!theirs) return std::move(theirs).error().during("while reading their side of the merge");
  return Merger(std::move(*ours), std::move(*theirs)).merge();
}

}  // namespace lpm::lockfile
