#include "resolver/missing_peers.h"

#include <algorithm>

#include "resolver/free_names.h"

namespace lpm::resolver {
namespace {

using manifest::VersionIndex;

struct Demand {
  SpecId spec;
  bool is_new;  // somebody who makes it is not in the locked graph
};

// One peer to add to one importer, and what all who need it there demand, those nearest to the
// importer first.
struct Missing {
  NodeId importer;
  NameId name;
  NameId wanted;
  std::vector<Demand> demands;
  NodeId first;          // the package that makes the first of them
  RuleId override_rule;  // that the first comes from
  SpecId written;
};

// Fills in who below the importer looks the name up in it and requires it, breadth first.
void find_dependents(const Decisions& decisions, const FreeNames& free, Missing& missing) {
  std::vector<Demand>& demands = missing.demands;
  const NameId name = missing.name;
  std::vector<NodeId> queue = {missing.importer};
  std::vector<bool> seen(decisions.nodes().size());
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const Node& node = decisions.node(queue[next]);
    for (const Peer& peer : node.peers) {
      if (peer.name != name || peer.optional) continue;
      if (demands.empty()) {
        missing.first = queue[next];
        missing.override_rule = peer.override_rule;
        missing.written = peer.written;
      }
      const bool is_new = node.locked == graph::kNoPackage;
      const auto same = std::find_if(demands.begin(), demands.end(),
                                     [&](const Demand& one) { return one.spec == peer.spec; });
      if (same == demands.end())
        demands.push_back({peer.spec, is_new});
      else
        same->is_new |= is_new;
    }
    for (const Edge& edge : node.edges) {
      if (edge.target >= kOpen || seen[edge.target] || !free.contains(edge.target, name)) continue;
      seen[edge.target] = true;
      queue.push_back(edge.target);
    }
  }
}

std::vector<Missing> find_missing(Decisions& decisions, const FreeNames& free) {
  std::vector<Missing> missing;
  for (NodeId importer = 0; importer < decisions.importer_count(); ++importer) {
    std::vector<NameId> names = free.names(importer);
    std::sort(names.begin(), names.end(),
              [&](NameId a, NameId b) { return decisions.name(a).text < decisions.name(b).text; });
    for (const NameId name : names) {
      if (decisions.rules().peers.ignores_missing(decisions.name(name).text)) continue;
      Missing one{.importer = importer,
                  .name = name,
                  .wanted = name,
                  .demands = {},
                  .first = kOpen,
                  .override_rule = kNoRule,
                  .written = 0};
      find_dependents(decisions, free, one);
      if (one.demands.empty()) continue;  // all optional
      one.wanted = decisions.wanted_name(name, one.demands.front().spec);
      missing.push_back(std::move(one));
    }
  }
  return missing;
}

class Chooser {
 public:
  Chooser(Decisions& decisions, const Reachable& reachable, const Missing& missing)
      : decisions_(decisions), reachable_(reachable), missing_(missing) {}

  // A version that needs no packument.
  std::optional<VersionId> choose_at_hand() {
    if (const auto version = locked()) return version;
    admitting_ = missing_.demands.size();
    return highest_in_graph();
  }

  // With the packument: what all dependents admit, else what the first alone does.
  std::optional<VersionId> choose() {
    if (const auto version = locked()) return version;
    for (const std::size_t count : {missing_.demands.size(), std::size_t{1}}) {
      admitting_ = count;
      if (const auto version = highest_in_graph()) return version;
      if (const auto version = picked()) return version;
    }
    return std::nullopt;
  }

 private:
  const Name& name() const { return decisions_.name(missing_.wanted); }

  bool admits(const Demand& demand, const semver::Version& version) const {
    const Spec& spec = decisions_.spec(demand.spec);
    return spec.kind != Spec::Kind::Range || spec.admits(version);
  }
  bool is_admitted(const semver::Version& version) const {
    return std::all_of(missing_.demands.begin(),
                       missing_.demands.begin() + static_cast<std::ptrdiff_t>(admitting_),
                       [&](const Demand& demand) { return admits(demand, version); });
  }

  // Which conflicts the locked version had with whoever was locked too is settled: it stays while
  // the first of the dependents and all new ones admit it.
  std::optional<VersionId> locked() const {
    const auto version =
        decisions_.locked_direct(missing_.importer, missing_.name, missing_.wanted);
    const bool is_undone = missing_.override_rule == kNoRule &&
                           decisions_.was_overridden(missing_.importer, missing_.name);
    if (!version || is_undone) return std::nullopt;
    const semver::Version& parsed = name().versions[*version].parsed;
    const bool stays =
        admits(missing_.demands.front(), parsed) &&
        std::all_of(missing_.demands.begin(), missing_.demands.end(),
                    [&](const Demand& demand) { return !demand.is_new || admits(demand, parsed); });
    return stays ? version : std::nullopt;
  }

  std::optional<VersionId> highest_in_graph() const {
    std::optional<VersionId> highest;
    for (const NodeId id : name().nodes) {
      const VersionId version = decisions_.node(id).version;
      const semver::Version& parsed = name().versions[version].parsed;
      if (id < reachable_.reached.size() && reachable_.contains(id) && is_admitted(parsed) &&
          (!highest || compare_build(name().versions[*highest].parsed, parsed) < 0))
        highest = version;
    }
    return highest;
  }

  // What the picker says to one of the specifiers and the others admit; else the highest that all
  // admit.
  std::optional<VersionId> picked() {
    if (name().state != Name::State::Here) return std::nullopt;
    for (std::size_t i = 0; i < admitting_; ++i)
      if (const auto version = decisions_.pick(missing_.wanted, missing_.demands[i].spec);
          version && is_admitted(name().versions[*version].parsed))
        return version;
    const manifest::Packument& packument = *name().packument;
    for (const bool deprecated : {false, true})
      for (VersionIndex i = 0; i < packument.version_count(); ++i)
        if (packument.is_deprecated(i) == deprecated && is_old_enough(i) &&
            is_admitted(packument.version(i)))
          return decisions_.known(missing_.wanted, i);
    return std::nullopt;
  }

  bool is_old_enough(VersionIndex version) const {
    const auto before = decisions_.pick_rules().before;
    if (!before) return true;
    const auto published = name().packument->published(version);
    return published && *published <= *before;
  }

  Decisions& decisions_;
  const Reachable& reachable_;
  const Missing& missing_;
  std::size_t admitting_ = 0;
};

// All choices of a round before its first addition: none sees another.
std::vector<Decisions::AddedPeer> choose_all(Decisions& decisions, const Reachable& reachable,
                                             const std::vector<Missing>& missing) {
  std::vector<Decisions::AddedPeer> added;
  std::vector<NameId> unknown;
  for (const Missing& one : missing) {
    added.push_back({one.importer, one.name, one.demands.front().spec, one.first, one.override_rule,
                     one.written, Chooser(decisions, reachable, one).choose_at_hand()});
    if (!added.back().version) unknown.push_back(one.wanted);
  }
  decisions.wait_for(unknown);
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (!added[i].version) added[i].version = Chooser(decisions, reachable, missing[i]).choose();
  return added;
}

// Who looks the peer up outside, asks for it in these words, and cannot do without.
std::vector<bool> that_require(const Decisions& decisions, const Reachable& reachable,
                               const FreeNames& free, const Decisions::AddedPeer& peer) {
  std::vector<bool> requires_it(reachable.reached.size());
  const auto asks = [&](const Peer& one) {
    return one.name == peer.name && one.spec == peer.spec && !one.optional;
  };
  const auto leads_to_one = [&](const Edge& edge) {
    return !edge.optional() && edge.target < requires_it.size() && requires_it[edge.target];
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto id = reachable.order.rbegin(); id != reachable.order.rend(); ++id) {
      const Node& node = decisions.node(*id);
      if (requires_it[*id] || !free.contains(*id, peer.name)) continue;
      if (std::none_of(node.peers.begin(), node.peers.end(), asks) &&
          std::none_of(node.edges.begin(), node.edges.end(), leads_to_one))
        continue;
      requires_it[*id] = changed = true;
    }
  }
  return requires_it;
}

// There is no such peer: whoever requires it is missing, too, and the optional dependencies on the
// way from the importer are left open. The next round looks at what the others demand. Without one
// on every way the peer's edge stays, and fails.
void leave_open_what_requires(Decisions& decisions, const Reachable& reachable,
                              const FreeNames& free, const Decisions::AddedPeer& peer) {
  const std::vector<bool> requires_it = that_require(decisions, reachable, free, peer);
  if (requires_it[peer.importer]) return;
  std::vector<NodeId> queue = {peer.importer};
  std::vector<bool> seen(requires_it.size());
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const std::vector<Edge>& edges = decisions.node(queue[next]).edges;
    for (std::size_t i = 0; i < edges.size(); ++i) {
      const NodeId target = edges[i].target;
      // What was added in this round is none of the way.
      if (target >= requires_it.size() || !free.contains(target, peer.name)) continue;
      if (edges[i].optional() && requires_it[target]) {
        decisions.leave_open(queue[next], i);
      } else if (!seen[target]) {
        seen[target] = true;
        queue.push_back(target);
      }
    }
  }
  decisions.remove_peer_edge(peer);
}

}  // namespace

void add_missing_peers(Decisions& decisions) {
  while (!decisions.stopped()) {
    decisions.settle_absences();
    const Reachable reachable(decisions);
    const FreeNames free(decisions, reachable);
    const std::vector<Missing> missing = find_missing(decisions, free);
    if (missing.empty()) return;
    for (const Decisions::AddedPeer& peer : choose_all(decisions, reachable, missing))
      if (!decisions.add_peer_edge(peer))
        leave_open_what_requires(decisions, reachable, free, peer);
    decisions.run_added();
  }
}

}  // namespace lpm::resolver
