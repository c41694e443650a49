#include "resolver/missing_peers.h"

#include <algorithm>

#include "resolver/free_names.h"

namespace lpm::resolver {
namespace {

using manifest::VersionIndex;

// One peer to add to one importer, and the specifiers of all who need it there, those nearest to
// the importer first.
struct Missing {
  NodeId importer;
  NameId name;
  NameId wanted;
  std::vector<SpecId> specs;
  NodeId first;  // the package that has the first of them
};

// Fills in who below the importer looks the name up in it and requires it, breadth first.
void find_dependents(const Decisions& decisions, const FreeNames& free, Missing& missing) {
  std::vector<SpecId>& specs = missing.specs;
  const NameId name = missing.name;
  std::vector<NodeId> queue = {missing.importer};
  std::vector<bool> seen(decisions.nodes().size());
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Node& node = decisions.node(queue[next]);
    for (const Peer& peer : node.peers) {
      if (peer.name != name || peer.optional) continue;
      if (specs.empty()) missing.first = queue[next];
      if (std::find(specs.begin(), specs.end(), peer.spec) == specs.end())
        specs.push_back(peer.spec);
    }
    for (const Edge& edge : node.edges) {
      if (edge.target >= kOpen || seen[edge.target] || !free.contains(edge.target, name)) continue;
      seen[edge.target] = true;
      queue.push_back(edge.target);
    }
  }
}

std::vector<Missing> find_missing(Decisions& decisions, const Reachable& reachable) {
  const FreeNames free(decisions, reachable);
  std::vector<Missing> missing;
  for (NodeId importer = 0; importer < decisions.importer_count(); ++importer) {
    std::vector<NameId> names = free.names(importer);
    std::sort(names.begin(), names.end(),
              [&](NameId a, NameId b) { return decisions.name(a).text < decisions.name(b).text; });
    for (const NameId name : names) {
      Missing one{.importer = importer, .name = name, .wanted = name, .specs = {}, .first = kOpen};
      find_dependents(decisions, free, one);
      if (one.specs.empty()) continue;  // all optional
      one.wanted = decisions.wanted_name(name, one.specs.front());
      missing.push_back(std::move(one));
    }
  }
  return missing;
}

class Chooser {
 public:
  Chooser(Decisions& decisions, const Reachable& reachable, const Missing& missing)
      : decisions_(decisions), reachable_(reachable), missing_(missing) {}

  std::optional<VersionIndex> choose() {
    if (decisions_.name(missing_.wanted).state != Name::State::Here) return std::nullopt;
    // All dependents, else the first alone.
    for (const std::size_t count : {missing_.specs.size(), std::size_t{1}}) {
      admitting_ = count;
      if (const auto version = locked()) return version;
      if (const auto version = highest_in_graph()) return version;
      if (const auto version = picked()) return version;
    }
    return std::nullopt;
  }

 private:
  const manifest::Packument& packument() const {
    return *decisions_.name(missing_.wanted).packument;
  }

  bool is_admitted(VersionIndex version) const {
    const semver::Version& parsed = packument().version(version);
    return std::all_of(missing_.specs.begin(),
                       missing_.specs.begin() + static_cast<std::ptrdiff_t>(admitting_),
                       [&](SpecId id) {
                         const Spec& spec = decisions_.spec(id);
                         return spec.kind != Spec::Kind::Range || spec.admits(parsed);
                       });
  }

  std::optional<VersionIndex> locked() const {
    const auto version =
        decisions_.locked_direct(missing_.importer, missing_.name, missing_.wanted);
    return version && is_admitted(*version) ? version : std::nullopt;
  }

  std::optional<VersionIndex> highest_in_graph() const {
    std::optional<VersionIndex> highest;
    for (const NodeId id : decisions_.name(missing_.wanted).nodes) {
      const VersionIndex version = decisions_.node(id).version;
      if (id < reachable_.reached.size() && reachable_.contains(id) &&
          (!highest || version < *highest) && is_admitted(version))
        highest = version;
    }
    return highest;
  }

  // What the picker says to one of the specifiers and the others admit; else the highest that all
  // admit.
  std::optional<VersionIndex> picked() {
    for (std::size_t i = 0; i < admitting_; ++i)
      if (const auto version = decisions_.pick(missing_.wanted, missing_.specs[i]);
          version && is_admitted(*version))
        return version;
    for (const bool deprecated : {false, true})
      for (VersionIndex i = 0; i < packument().version_count(); ++i)
        if (packument().is_deprecated(i) == deprecated && is_old_enough(i) && is_admitted(i))
          return i;
    return std::nullopt;
  }

  bool is_old_enough(VersionIndex version) const {
    const auto before = decisions_.pick_rules().before;
    if (!before) return true;
    const auto published = packument().published(version);
    return published && *published <= *before;
  }

  Decisions& decisions_;
  const Reachable& reachable_;
  const Missing& missing_;
  std::size_t admitting_ = 0;
};

}  // namespace

void add_missing_peers(Decisions& decisions) {
  while (!decisions.stopped()) {
    decisions.settle_absences();
    const Reachable reachable(decisions);
    const std::vector<Missing> missing = find_missing(decisions, reachable);
    if (missing.empty()) return;
    std::vector<NameId> wanted;
    for (const Missing& one : missing) wanted.push_back(one.wanted);
    decisions.wait_for(wanted);
    // All choices before the first addition: none of this round sees another.
    std::vector<std::optional<VersionIndex>> versions;
    for (const Missing& one : missing)
      versions.push_back(Chooser(decisions, reachable, one).choose());
    for (std::size_t i = 0; i < missing.size(); ++i)
      decisions.add_peer_edge({missing[i].importer, missing[i].name, missing[i].specs.front(),
                               missing[i].first, versions[i]});
    decisions.run_added();
  }
}

}  // namespace lpm::resolver
