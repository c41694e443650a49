#include "resolver/check_solution.h"

#include <gtest/gtest.h>

#include <set>

namespace lpm::resolver::test {
namespace {

using graph::DependencyGraph;
using graph::index;
using graph::kNoPackage;
using graph::PackageId;

// Which packages the importers and ancestors offer at a place: the outermost scope first.
using Scopes = std::vector<std::map<std::string, PackageId>>;

class Checker {
 public:
  Checker(const Resolution& resolution, const std::vector<ImporterInput>& importers,
          const Universe& universe, const ResolveOptions& options)
      : graph_(resolution.graph),
        resolution_(resolution),
        importers_(importers),
        universe_(universe),
        options_(options) {}

  std::vector<std::string> run() && {
    check_order();
    for (const graph::Importer& importer : graph_.importers) check_importer(importer);
    for (const graph::Package& package : graph_.packages) check_package(package);
    check_reachable();
    check_shared();
    check_peer_places();
    return std::move(problems_);
  }

 private:
  void report(std::string problem) { problems_.push_back(std::move(problem)); }
  const graph::Package& at(PackageId id) const { return graph_.packages.at(index(id)); }

  void check_order() {
    for (std::size_t i = 1; i < graph_.packages.size(); ++i)
      if (graph_.packages[i - 1].key() >= graph_.packages[i].key())
        report("packages out of order at " + graph_.packages[i].key());
    for (std::size_t i = 1; i < graph_.importers.size(); ++i)
      if (graph_.importers[i - 1].path >= graph_.importers[i].path)
        report("importers out of order");
  }

  template <class Edges>
  void check_edge_order(const Edges& edges, const std::string& where) {
    for (std::size_t i = 1; i < edges.size(); ++i)
      if (edges[i - 1].name >= edges[i].name)
        report("edges of " + where + " out of order at " + edges[i].name);
  }

  // Whether an override spoke about this name somewhere; then the written specifier does not bind.
  bool is_overridden(const std::string& name) const {
    return std::any_of(resolution_.overrides.begin(), resolution_.overrides.end(),
                       [&](const AppliedOverride& applied) { return applied.package == name; });
  }

  void check_target(const std::string& where, const std::string& name, std::string_view spec_text,
                    PackageId target) {
    if (is_overridden(name)) return;
    const auto spec = manifest::parse_spec(name, spec_text);
    if (!spec) return report(where + " has a bad specifier for " + name);
    const graph::Package& package = at(target);
    if (!spec->is_registry()) return;
    if (package.name != spec->target) report(where + " has " + package.name + " as " + name);
    const semver::Version version = version_of(package);
    if (const auto* range = std::get_if<manifest::RangeSpec>(&spec->kind))
      if (!range->range.is_any() && !range->range.contains(version))
        report(where + " wants " + name + "@" + std::string(spec_text) + ", has " +
               package.version);
  }

  template <class Edges>
  static auto find(const Edges& edges, std::string_view name) {
    return std::find_if(edges.begin(), edges.end(),
                        [name](const auto& edge) { return edge.name == name; });
  }

  void check_importer(const graph::Importer& importer) {
    check_edge_order(importer.dependencies, importer.path);
    const auto input =
        std::find_if(importers_.begin(), importers_.end(),
                     [&](const ImporterInput& one) { return one.path == importer.path; });
    std::set<std::string> declared;
    const auto check = [&](const manifest::StringPairs& pairs, bool may_be_open) {
      for (const auto& [name, spec] : pairs) {
        if (!declared.insert(name).second) continue;
        const auto edge = find(importer.dependencies, name);
        if (edge == importer.dependencies.end() && is_overridden(name)) continue;  // removed
        if (edge == importer.dependencies.end()) {
          report(importer.path + " lacks an edge for " + name);
        } else if (edge->target != kNoPackage) {
          check_target(importer.path, name, spec, edge->target);
        } else if (!may_be_open) {
          report(importer.path + " has nothing for " + name);
        }
      }
    };
    check(input->manifest->optional_dependencies, true);
    check(input->manifest->dependencies, false);
    check(input->manifest->dev_dependencies, false);
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (!declared.contains(edge.name) && edge.kind != manifest::DependencyKind::Peer)
        report(importer.path + " has an undeclared edge " + edge.name);
  }

  void check_package(const graph::Package& package) {
    const std::string key = package.key();
    if (is_member(package)) return check_member(package);
    check_edge_order(package.dependencies, key);
    const auto packument = universe_.packument_of(package);
    if (!packument) return report(key + " is not in the registry");
    const auto version = (*packument)->find_version(package.version);
    if (!version) return report(key + " is not published");

    const auto bundled = (*packument)->bundled(*version);
    std::set<std::string, std::less<>> known(bundled.begin(), bundled.end());
    const auto check = [&](const std::vector<manifest::NameAndText>& pairs, bool optional) {
      for (const auto& [name_view, spec] : pairs) {
        const std::string name(name_view);
        if (!known.insert(name).second) continue;
        const auto edge = find(package.dependencies, name);
        if (edge == package.dependencies.end() && is_overridden(name)) continue;  // removed
        if (edge == package.dependencies.end()) {
          report(key + " lacks an edge for " + name);
        } else if (edge->target != kNoPackage) {
          check_target(key, name, spec, edge->target);
        } else if (!optional) {
          report(key + " has nothing for " + name);
        }
      }
    };
    check((*packument)->dependencies(*version), false);
    check((*packument)->optional_dependencies(*version), true);
    for (const auto& [peer, spec] : (*packument)->peer_dependencies(*version)) {
      if (known.insert(std::string(peer)).second)
        check_peer_range(package, std::string(peer), spec);
    }
    for (const graph::Edge& edge : package.dependencies)
      if (!known.contains(edge.name) && !is_extended(package, edge.name))
        report(key + " has an undeclared edge " + edge.name);
  }

  // The graph does not say it of members, and they may have none.
  semver::Version version_of(const graph::Package& package) const {
    std::string text = package.version;
    for (const ImporterInput& one : importers_)
      if (is_member(package) && one.path == package.source.locator) text = one.manifest->version;
    const auto version = semver::Version::parse(text);
    return version ? *version : *semver::Version::parse("0.0.0");
  }

  static bool is_member(const graph::Package& package) {
    return package.source.kind == graph::SourceKind::Workspace;
  }

  // What a member depends on is its own importer's.
  void check_member(const graph::Package& package) {
    if (!package.dependencies.empty()) report(package.key() + " is a member and has edges");
    const bool is_importer =
        std::any_of(importers_.begin(), importers_.end(), [&](const ImporterInput& one) {
          return one.path == package.source.locator && one.manifest->name == package.name;
        });
    if (!is_importer) report(package.key() + " is no member");
  }

  static bool is_extended(const graph::Package& package, const std::string& name) {
    return std::any_of(package.rules.begin(), package.rules.end(), [&](const auto& rule) {
      return rule.kind == graph::AppliedRule::Kind::Extended && rule.name == name;
    });
  }

  // A peer that is missing or out of range must have been warned of.
  void check_peer_range(const graph::Package& package, const std::string& peer,
                        std::string_view spec_text) {
    const auto edge = find(package.dependencies, peer);
    if (is_overridden(peer) || !options_.install_peers) return;
    const bool is_there = edge != package.dependencies.end() && edge->target != kNoPackage;
    if (!is_there && is_optional_peer(package, peer)) return;
    const auto range = semver::Range::parse(spec_text);
    if (is_there &&
        (!range || range->contains(version_of(at(edge->target)), semver::Prereleases::Any)))
      return;
    const bool warned = std::any_of(
        resolution_.warnings.begin(), resolution_.warnings.end(), [&](const Warning& one) {
          return one.kind == Warning::Kind::Peer &&
                 one.text.find(package.id_without_peers()) != std::string::npos;
        });
    if (!warned)
      report(package.key() + " has " + (is_there ? "a peer out of range" : "no peer") +
             " without a warning: " + peer);
  }

  static bool is_optional_peer(const graph::Package& package, const std::string& name) {
    return std::any_of(
        package.peers.begin(), package.peers.end(),
        [&](const graph::PeerDeclaration& peer) { return peer.name == name && peer.optional; });
  }

  void check_reachable() {
    std::vector<bool> reached(graph_.packages.size());
    std::vector<PackageId> queue;
    const auto reach = [&](PackageId id) {
      if (id == kNoPackage || reached[index(id)]) return;
      reached[index(id)] = true;
      queue.push_back(id);
    };
    for (const graph::Importer& importer : graph_.importers)
      for (const graph::ImporterEdge& edge : importer.dependencies) reach(edge.target);
    for (std::size_t i = 0; i < queue.size(); ++i)
      for (const graph::Edge& edge : at(queue[i]).dependencies) reach(edge.target);
    for (std::size_t i = 0; i < reached.size(); ++i)
      if (!reached[i]) report("nothing reaches " + graph_.packages[i].key());
  }

  // No two packages of one id that have the same things below them: they would be one.
  void check_shared() {
    std::vector<std::size_t> classes(graph_.packages.size());
    std::map<std::string, std::size_t> numbers;
    const auto regroup = [&](auto describe) {
      std::map<std::string, std::size_t> next;
      std::vector<std::size_t> result(graph_.packages.size());
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = next.emplace(describe(graph_.packages[i]), next.size()).first->second;
      const std::size_t count = next.size();
      classes = std::move(result);
      return count;
    };
    std::size_t count =
        regroup([](const graph::Package& package) { return package.id_without_peers(); });
    for (std::size_t before = 0; before != count;) {
      before = count;
      count = regroup([&](const graph::Package& package) {
        std::string text = package.id_without_peers();
        for (const graph::Edge& edge : package.dependencies)
          text += "|" + edge.name + "=" +
                  (edge.target == kNoPackage ? "-" : std::to_string(classes[index(edge.target)]));
        return text;
      });
    }
    std::map<std::size_t, std::string> first;
    for (std::size_t i = 0; i < classes.size(); ++i)
      if (const auto [known, is_new] = first.emplace(classes[i], graph_.packages[i].key()); !is_new)
        report(graph_.packages[i].key() + " repeats " + known->second);
  }

  // Walks every path, and looks where each peer must come from: the nearest dependent whose
  // dependencies have the name.
  void check_peer_places() {
    for (const graph::Importer& importer : graph_.importers) {
      Scopes scopes(1);
      for (const graph::ImporterEdge& edge : importer.dependencies)
        if (edge.target != kNoPackage) scopes[0][edge.name] = edge.target;
      for (const auto& [name, target] : std::map(scopes[0])) walk(target, scopes);
    }
  }

  void walk(PackageId id, Scopes& scopes) {
    if (scopes.size() > 12 || !walked_.emplace(id, visible(scopes)).second ||
        walked_.size() > 20000)
      return;
    const graph::Package& package = at(id);
    std::set<std::string> own = own_names(package);
    for (const graph::PeerDeclaration& peer : package.peers) {
      if (own.contains(peer.name)) continue;
      PackageId expected = kNoPackage;
      for (const auto& scope : scopes)
        if (const auto found = scope.find(peer.name); found != scope.end())
          expected = found->second;
      const auto edge = find(package.dependencies, peer.name);
      const PackageId actual = edge == package.dependencies.end() ? kNoPackage : edge->target;
      if (actual != expected)
        report(package.key() + " has its peer " + peer.name +
               " from the wrong place: " + (actual == kNoPackage ? "nothing" : at(actual).key()) +
               " instead of " + (expected == kNoPackage ? "nothing" : at(expected).key()));
    }
    std::map<std::string, PackageId> scope;
    for (const graph::Edge& edge : package.dependencies)
      if (own.contains(edge.name)) scope[edge.name] = edge.target;
    scopes.push_back(scope);
    for (const auto& [name, target] : scope)
      if (target != kNoPackage) walk(target, scopes);
    scopes.pop_back();
  }

  std::set<std::string> own_names(const graph::Package& package) const {
    std::set<std::string> own;
    if (is_member(package)) return own;
    const auto packument = universe_.packument_of(package);
    if (!packument) return own;
    const auto version = (*packument)->find_version(package.version);
    if (!version) return own;
    for (const auto& [name, spec] : (*packument)->dependencies(*version))
      own.insert(std::string(name));
    for (const auto& [name, spec] : (*packument)->optional_dependencies(*version))
      own.insert(std::string(name));
    for (const std::string_view name : (*packument)->bundled(*version))
      own.erase(std::string(name));
    return own;
  }

  static std::map<std::string, PackageId> visible(const Scopes& scopes) {
    std::map<std::string, PackageId> flat;
    for (const auto& scope : scopes)
      for (const auto& [name, target] : scope) flat[name] = target;
    return flat;
  }

  const DependencyGraph& graph_;
  const Resolution& resolution_;
  const std::vector<ImporterInput>& importers_;
  const Universe& universe_;
  const ResolveOptions& options_;
  std::set<std::pair<PackageId, std::map<std::string, PackageId>>> walked_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> check_solution(const Resolution& resolution,
                                        const std::vector<ImporterInput>& importers,
                                        const Universe& universe, const ResolveOptions& options) {
  return Checker(resolution, importers, universe, options).run();
}

namespace {

// The checker must see each kind of fault: a good solution, spoilt in one way at a time.
class CheckSolution : public ::testing::Test {
 protected:
  static constexpr std::string_view kPackages = R"({
    "app-kit": {"versions": {"1.0.0": {"dependencies": {"react": "^17"}, "peerDependencies": {"host": "^1"}}}},
    "react": {"versions": {"17.0.0": {}, "18.0.0": {}}},
    "host": {"versions": {"1.0.0": {}, "1.1.0": {}}}})";

  CheckSolution()
      : packages_(*formats::json::parse(kPackages, "packages")), universe_(packages_, kPackages) {
    root_.dependencies = {{"app-kit", "^1"}, {"host", "^1"}};
    importers_ = {{".", &root_}};
    ShuffledSource source(universe_, 1);
    RecordingListener listener;
    auto resolved = resolve(importers_, nullptr, source, listener, {});
    if (!resolved) std::abort();
    solution_ = *std::move(resolved);
  }
  std::size_t problems() const {
    return check_solution(solution_, importers_, universe_, {}).size();
  }
  graph::Package& package(std::string_view key) {
    return solution_.graph.packages[index(*solution_.graph.find(key))];
  }

  Value packages_;
  Universe universe_;
  manifest::Manifest root_;
  std::vector<ImporterInput> importers_;
  Resolution solution_;
};

TEST_F(CheckSolution, AcceptsAGoodOne) {
  EXPECT_EQ(problems(), 0u);
}

TEST_F(CheckSolution, SeesAVersionOutOfRange) {
  package("react@17.0.0").version = "18.0.0";
  EXPECT_GT(problems(), 0u);
}

TEST_F(CheckSolution, SeesAMissingEdge) {
  package("app-kit@1.0.0(host@1.1.0)").dependencies.pop_back();
  EXPECT_GT(problems(), 0u);
}

TEST_F(CheckSolution, SeesAPeerFromTheWrongPlace) {
  auto& edges = package("app-kit@1.0.0(host@1.1.0)").dependencies;
  edges[0].target = *solution_.graph.find("react@17.0.0");
  EXPECT_GT(problems(), 0u);
}

TEST_F(CheckSolution, SeesWhatNothingReaches) {
  solution_.graph.importers[0].dependencies.pop_back();
  EXPECT_GT(problems(), 0u);
}

TEST_F(CheckSolution, SeesWrongOrder) {
  std::swap(solution_.graph.packages[0], solution_.graph.packages[1]);
  EXPECT_GT(problems(), 0u);
}

}  // namespace
}  // namespace lpm::resolver::test
