// For tests: small random registries with a project, and what its versions must be by a plain
// recomputation of docs/resolution.md, section 3.
#pragma once

#include <gtest/gtest.h>

#include "resolver/check_solution.h"
#include "resolver/instances.h"
#include "resolver/missing_peers.h"

namespace lpm::resolver::test {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <std::size_t kCount>
  std::string any_of(const std::array<const char*, kCount>& items) {
    return items[below(kCount)];
  }

 private:
  std::mt19937 engine_;
};

inline constexpr std::array kNames = {"a", "b", "c", "d", "e", "f", "g"};
inline constexpr std::array kVersions = {"1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0", "2.1.0"};
inline constexpr std::array kRanges = {"^1.0.0", "^1.1.0", "*",      ">=1.0.0",    "^2.0.0",
                                       "1.0.0",  "~2.1.0", "latest", "^1.2.0-rc.1"};

inline std::string random_map(Random& random, std::size_t most, bool aliases) {
  std::string text = "{";
  std::set<std::string> names;
  for (std::size_t i = random.below(most + 1); i > 0; --i) names.insert(random.any_of(kNames));
  for (const std::string& name : names) {
    std::string range = random.any_of(kRanges);
    if (aliases && random.one_in(12)) range = "npm:" + random.any_of(kNames) + "@" + range;
    text += (text.size() > 1 ? ",\"" : "\"") + name + "\":\"" + range + "\"";
  }
  return text + "}";
}

inline std::string random_version(Random& random, bool peers) {
  std::string text = "{\"dependencies\":" + random_map(random, 2, true);
  if (random.one_in(4)) text += ",\"optionalDependencies\":" + random_map(random, 2, true);
  if (peers && random.one_in(2)) {
    text += ",\"peerDependencies\":" + random_map(random, 2, false);
    if (random.one_in(3))
      text += ",\"peerDependenciesMeta\":{\"" + random.any_of(kNames) + "\":{\"optional\":true}}";
  }
  if (random.one_in(6)) text += ",\"deprecated\":\"old\"";
  return text + "}";
}

inline std::string random_packages(Random& random, bool peers) {
  std::string text = "{";
  for (const char* name : kNames) {
    if (random.one_in(12)) continue;  // this one does not exist
    std::set<std::string> versions;
    for (std::size_t i = 1 + random.below(4); i > 0; --i) versions.insert(random.any_of(kVersions));
    std::string list;
    for (const std::string& version : versions)
      list += (list.empty() ? "\"" : ",\"") + version + "\":" + random_version(random, peers);
    auto latest = versions.begin();
    std::advance(latest, random.below(versions.size()));
    text += (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":{\"versions\":{" + list +
            "},\"tags\":{\"latest\":\"" + *latest + "\"}}";
  }
  return text + "}";
}

// Picks by the rules, computed straight from the JSON of the registry, one edge at a time.
class Expectation {
 public:
  Expectation(const Value& packages, const manifest::Manifest& root) : packages_(packages) {
    for (const auto& [name, spec] : root.dependencies)
      if (const auto choice = pick(name, spec)) directs_[name] = *choice;
  }

  struct Choice {
    std::string name;
    std::string version;
  };
  std::optional<Choice> pick(const std::string& edge_name, std::string spec) const {
    std::string name = edge_name;
    if (spec.starts_with("npm:")) {
      const std::size_t at = spec.rfind('@');
      name = spec.substr(4, at - 4);
      spec = spec.substr(at + 1);
    }
    const Value* package = packages_.find(name);
    if (package == nullptr) return std::nullopt;
    const std::string latest(*package->find("tags")->text_at("latest"));
    if (spec == "latest") return Choice{name, latest};
    if (is_in(spec, latest) && !is_deprecated(*package, latest)) return Choice{name, latest};
    std::string best;
    for (const auto& [version, members] : package->find("versions")->members)
      if (contains(spec, version) && (best.empty() || is_better(*package, version, best)))
        best = version;
    if (best.empty()) return std::nullopt;
    return Choice{name, best};
  }

  // An edge of a package.
  std::optional<Choice> pick_below(const std::string& edge_name, const std::string& spec) const {
    const auto direct = directs_.find(edge_name);
    const std::size_t at = spec.rfind('@');
    const bool is_alias = spec.starts_with("npm:");
    const std::string name = is_alias ? spec.substr(4, at - 4) : edge_name;
    const std::string range = is_alias ? spec.substr(at + 1) : spec;
    if (direct != directs_.end() && direct->second.name == name && range != "latest" &&
        is_in(range, direct->second.version))
      return direct->second;
    return pick(edge_name, spec);
  }

  // Whether a package can be had with all that it requires, peers aside.
  bool is_whole(const Choice& choice) {
    std::set<std::string> seen;
    return is_whole(choice, seen);
  }

 private:
  static bool contains(const std::string& range, const std::string& version) {
    return semver::Range::parse(range)->contains(*semver::Version::parse(version));
  }
  // `*` may be the tag's version even when that is a prerelease.
  static bool is_in(const std::string& range, const std::string& version) {
    return range == "*" || contains(range, version);
  }
  static bool is_deprecated(const Value& package, const std::string& version) {
    return package.find("versions")->find(version)->find("deprecated") != nullptr;
  }
  static bool is_better(const Value& package, const std::string& version, const std::string& than) {
    const bool deprecated = is_deprecated(package, version);
    if (deprecated != is_deprecated(package, than)) return !deprecated;
    return *semver::Version::parse(version) > *semver::Version::parse(than);
  }

  // A cycle is whole when nothing on it or below it is missing.
  bool is_whole(const Choice& choice, std::set<std::string>& seen) {
    if (!seen.insert(choice.name + "@" + choice.version).second) return true;
    const Value& members = *packages_.find(choice.name)->find("versions")->find(choice.version);
    const Value* optional = members.find("optionalDependencies");
    for (const auto& [name, spec] : members.find("dependencies")->members) {
      if (optional != nullptr && optional->find(name) != nullptr) continue;
      const auto below = pick_below(name, spec.string);
      if (!below || !is_whole(*below, seen)) return false;
    }
    return true;
  }

  const Value& packages_;
  std::map<std::string, Choice> directs_;
};

class RandomUniverse {
 public:
  RandomUniverse(unsigned seed, bool peers)
      : random_(seed),
        text_(random_packages(random_, peers)),
        packages_(*formats::json::parse(text_, "packages")),
        universe_(packages_, text_) {
    const std::string root = "{\"dependencies\":" + random_map(random_, 4, false) + "}";
    root_ = *manifest::read_manifest(root, "package.json", manifest::Strictness::Project);
    importers_ = {{".", &root_}};
  }

  RandomUniverse(std::string packages, const std::string& root)
      : random_(0),
        text_(std::move(packages)),
        packages_(*formats::json::parse(text_, "packages")),
        universe_(packages_, text_),
        root_(*manifest::read_manifest(root, "package.json", manifest::Strictness::Project)) {
    importers_ = {{".", &root_}};
  }

  Result<Resolution> run(unsigned order, const graph::DependencyGraph* locked = nullptr,
                         bool trust_locked = false) {
    ShuffledSource source(grown_ ? *grown_ : universe_, order);
    RecordingListener listener;
    options_.trust_locked = trust_locked;
    auto result = resolve(importers_, locked, source, listener, options_);
    requests_ = source.asked().size();
    picks_.push_back(listener.ids());
    return result;
  }

  // False when the checker finds fault with a graph that could not be without.
  bool check(const Resolution& resolution) {
    const auto problems = check_solution(resolution, importers_, universe_, options_);
    const bool is_excused = !problems.empty() && is_cut();
    if (!problems.empty() && !is_excused)
      ADD_FAILURE() << problems.size() << " problems, the first: " << problems[0];
    Expectation expectation(packages_, root_);
    for (const graph::Package& package : resolution.graph.packages)
      check_package(resolution.graph, package, expectation);
    for (const graph::ImporterEdge& edge : resolution.graph.importers[0].dependencies) {
      if (edge.kind == manifest::DependencyKind::Peer) continue;
      EXPECT_EQ(version(resolution.graph, edge.target),
                expectation.pick(edge.name, edge.spec)->version)
          << edge.name;
    }
    return !is_excused;
  }

  bool must_fail() {
    Expectation expectation(packages_, root_);
    return std::any_of(root_.dependencies.begin(), root_.dependencies.end(), [&](const auto& edge) {
      const auto choice = expectation.pick(edge.first, edge.second);
      return !choice || !expectation.is_whole(*choice);
    });
  }
  // Adds and removes dependencies, and moves ranges.
  void change_root() {
    const std::string root = "{\"dependencies\":" + random_map(random_, 4, false) + "}";
    const auto other =
        *manifest::read_manifest(root, "package.json", manifest::Strictness::Project);
    if (!root_.dependencies.empty() && random_.one_in(2)) root_.dependencies.pop_back();
    for (const auto& dependency : other.dependencies) {
      std::erase_if(root_.dependencies,
                    [&](const auto& old) { return old.first == dependency.first; });
      root_.dependencies.push_back(dependency);
    }
  }
  // Publishes newer versions of everything, and what did not exist.
  void grow() {
    for (const std::string name : kNames) {
      const std::string versions = "\"" + name + "\":{\"versions\":{";
      std::size_t at = text_.find(versions);
      if (at == std::string::npos) {
        at = 1;
        text_.insert(at, versions + "\"1.0.0\":{}},\"tags\":{\"latest\":\"1.0.0\"}},");
      }
      text_.insert(at + versions.size(), "\"3.0.0\":" + random_version(random_, true) +
                                             ",\"2.2.0\":" + random_version(random_, true) + ",");
      if (random_.one_in(3)) continue;
      const std::size_t latest = text_.find("\"latest\":\"", at) + 10;
      text_.replace(latest, text_.find('"', latest) - latest, "3.0.0");
    }
    grown_packages_ = *formats::json::parse(text_, "packages");
    grown_.emplace(grown_packages_, text_);
  }
  // Another package.json for the project, which may clash over peers.
  Result<Resolution> run_strictly(const std::string& root) {
    root_ = *manifest::read_manifest(root, "package.json", manifest::Strictness::Project);
    options_.strict_peers = true;
    return run(0);
  }
  const manifest::Manifest& root() const { return root_; }
  const Value& packages() const { return packages_; }
  void update(const std::string& name) { options_.update_names = {name}; }
  std::string any_name() { return random_.any_of(kNames); }
  std::size_t requests() const { return requests_; }
  const std::vector<std::set<std::string>>& picks() const { return picks_; }
  const std::string& text() const { return text_; }

 private:
  // Whether no finite graph gives everything its peers from the right place: a package lies below
  // itself with ever other peers.
  bool is_cut() const {
    ShuffledSource source(universe_, 0);
    RecordingListener listener;
    const Rules none;
    Decisions decisions({importers_, nullptr, source, listener, options_}, none);
    decisions.run();
    add_missing_peers(decisions);
    decisions.settle_absences();
    return Instances(decisions, FreeNames(decisions, Reachable(decisions))).are_cut();
  }

  static std::string version(const graph::DependencyGraph& graph, graph::PackageId id) {
    return id == graph::kNoPackage ? "none" : graph[id].version;
  }

  void check_package(const graph::DependencyGraph& graph, const graph::Package& package,
                     Expectation& expectation) {
    const Value& members = *packages_.find(package.name)->find("versions")->find(package.version);
    for (const char* field : {"dependencies", "optionalDependencies"}) {
      const Value* map = members.find(field);
      if (map == nullptr) continue;
      const Value* optional = members.find("optionalDependencies");
      for (const auto& [name, spec] : map->members) {
        const bool is_repeated = std::string_view(field) == "dependencies" && optional != nullptr &&
                                 optional->find(name);
        if (is_repeated) continue;
        auto choice = expectation.pick_below(name, spec.string);
        if (choice && !expectation.is_whole(*choice)) choice.reset();
        for (const graph::Edge& edge : package.dependencies) {
          if (edge.name != name) continue;
          EXPECT_EQ(version(graph, edge.target), choice ? choice->version : "none")
              << package.key() << " " << name;
        }
      }
    }
  }

  Random random_;
  std::string text_;
  Value packages_;
  Universe universe_;
  Value grown_packages_;
  std::optional<Universe> grown_;
  manifest::Manifest root_;
  std::vector<ImporterInput> importers_;
  ResolveOptions options_;
  std::vector<std::set<std::string>> picks_;
  std::size_t requests_ = 0;
};

}  // namespace lpm::resolver::test
