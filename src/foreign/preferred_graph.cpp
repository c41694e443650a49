// From what a foreign lockfile holds to a graph in our form. The resolver looks up, for each
// dependent, which version it had; so a package that stands at several places becomes one, and
// where its places saw different versions below them, the first one counts.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

#include "foreign/carried_source.h"
#include "semver/semver.h"

namespace lpm::foreign {
namespace {

using manifest::DependencyKind;

// Steps that finding peers of importers may take: above what any real workspace needs.
constexpr std::size_t kMostPeerSteps = 5'000'000;

// Weak hashes are not carried on: the registry's own is at least as strong.
crypto::Integrity kept_integrity(const Entry& entry) {
  const bool is_strong = !entry.integrity.empty() && !entry.integrity.is_unusable() &&
                         entry.integrity.strongest() == crypto::Algorithm::Sha512;
  return is_strong ? entry.integrity : crypto::Integrity();
}

class GraphMaker {
 public:
  explicit GraphMaker(const ForeignLock& lock)
      : lock_(lock), reached_(lock.entries.size()), sources_(lock.entries.size()) {}

  Preferred make() {
    find_reached();
    add_packages();
    add_edges();
    for (const Importer& importer : lock_.importers) add_importer(importer);
    sort_importers();
    return {std::move(graph_), std::move(omissions_)};
  }

 private:
  void find_reached() {
    std::vector<EntryId> queue;
    const auto reach = [&](const std::vector<Edge>& edges) {
      for (const Edge& edge : edges) {
        if (edge.target == kNoEntry) continue;
        if (!sources_[edge.target]) sources_[edge.target] = source_through(edge);
        if (reached_[edge.target]) continue;
        reached_[edge.target] = true;
        queue.push_back(edge.target);
      }
    };
    for (const Importer& importer : lock_.importers) reach(importer.edges);
    while (!queue.empty()) {
      const EntryId id = queue.back();
      queue.pop_back();
      reach(lock_.entries[id].edges);
    }
  }

  // Where the target of an edge can be had again; nothing when this edge does not say it.
  std::optional<graph::Source> source_through(const Edge& edge) const {
    const Entry& entry = lock_.entries[edge.target];
    if (entry.is_bundled) return std::nullopt;
    if (entry.source.is_registry()) return graph::Source();
    if (!semver::Version::parse(entry.version)) return std::nullopt;
    return carried_source(edge.name, edge.spec, entry);
  }

  void omit_if_moved(const Entry& entry) {
    if (entry.source.kind != graph::SourceKind::Git || entry.is_bundled) return;
    omissions_.push_back({fmt::format("`{}`", entry.name),
                          "comes from a repository, and its commit is not whole in the file: what "
                          "package.json asks for is fetched anew",
                          entry.line});
  }

  void add_packages() {
    std::map<std::string, std::vector<EntryId>> by_key;
    for (EntryId id = 0; id < lock_.entries.size(); ++id) {
      if (!reached_[id]) continue;
      const Entry& entry = lock_.entries[id];
      if (!sources_[id]) {
        omit_if_moved(entry);
        continue;
      }
      graph::Package package;
      package.name = entry.name;
      package.version = entry.version;
      package.source = *sources_[id];
      by_key[package.key()].push_back(id);
    }
    package_of_.assign(lock_.entries.size(), graph::kNoPackage);
    for (const auto& [key, ids] : by_key) {
      const auto package_id = graph::PackageId{static_cast<std::uint32_t>(graph_.packages.size())};
      graph::Package& package = graph_.packages.emplace_back();
      package.name = lock_.entries[ids[0]].name;
      package.version = lock_.entries[ids[0]].version;
      package.source = *sources_[ids[0]];
      package.platform = lock_.entries[ids[0]].platform;
      for (const EntryId id : ids) {
        package_of_[id] = package_id;
        if (package.integrity.empty()) package.integrity = kept_integrity(lock_.entries[id]);
      }
    }
  }

  void add_edges() {
    for (EntryId id = 0; id < lock_.entries.size(); ++id) {
      if (package_of_[id] == graph::kNoPackage) continue;
      auto& dependencies = graph_.packages[graph::index(package_of_[id])].dependencies;
      for (const Edge& edge : lock_.entries[id].edges) {
        if (edge.target == kNoEntry || edge.kind == DependencyKind::Peer) continue;
        if (package_of_[edge.target] == graph::kNoPackage) continue;
        dependencies.push_back(
            {edge.name, package_of_[edge.target], edge.kind == DependencyKind::Optional});
      }
    }
    for (graph::Package& package : graph_.packages) keep_first_of_each_name(package.dependencies);
  }

  template <class AnyEdge>
  static void keep_first_of_each_name(std::vector<AnyEdge>& edges) {
    std::stable_sort(edges.begin(), edges.end(),
                     [](const AnyEdge& a, const AnyEdge& b) { return a.name < b.name; });
    edges.erase(std::unique(edges.begin(), edges.end(),
                            [](const AnyEdge& a, const AnyEdge& b) { return a.name == b.name; }),
                edges.end());
  }

  // Peers that the other tool installed for the importer are edges of it here.
  void add_importer(const Importer& importer) {
    graph::Importer made;
    made.path = importer.path;
    std::vector<bool> seen(lock_.entries.size());
    std::vector<EntryId> queue;
    const auto take = [&](const Edge& edge, DependencyKind kind) {
      if (edge.target == kNoEntry) return;
      if (package_of_[edge.target] != graph::kNoPackage)
        made.dependencies.push_back({edge.name, edge.spec, kind, package_of_[edge.target]});
    };
    const auto visit = [&](const Edge& edge) {
      if (edge.target == kNoEntry || seen[edge.target]) return;
      seen[edge.target] = true;
      queue.push_back(edge.target);
    };
    for (const Edge& edge : importer.edges) take(edge, edge.kind);
    for (const Edge& edge : importer.edges) visit(edge);
    for (std::size_t next = 0; next < queue.size() && peer_steps_ < kMostPeerSteps; ++next) {
      const std::vector<Edge>& edges = lock_.entries[queue[next]].edges;
      peer_steps_ += edges.size() + 1;
      for (const Edge& edge : edges) {
        if (edge.kind == DependencyKind::Peer) take(edge, DependencyKind::Peer);
        visit(edge);
      }
    }
    peer_steps_ += lock_.entries.size() / 64;  // `seen` has a price, too
    keep_first_of_each_name(made.dependencies);
    graph_.importers.push_back(std::move(made));
  }

  void sort_importers() {
    std::sort(graph_.importers.begin(), graph_.importers.end(),
              [](const graph::Importer& a, const graph::Importer& b) { return a.path < b.path; });
  }

  const ForeignLock& lock_;
  graph::DependencyGraph graph_;
  std::vector<bool> reached_;
  std::vector<std::optional<graph::Source>> sources_;  // of entries that can be had again
  std::vector<Omission> omissions_;
  std::vector<graph::PackageId> package_of_;
  std::size_t peer_steps_ = 0;
};

}  // namespace

Preferred preferred_graph(const ForeignLock& lock) {
  return GraphMaker(lock).make();
}

}  // namespace lpm::foreign
