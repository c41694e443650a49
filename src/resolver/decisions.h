// The first phase: which versions the edges of the importers and of all packages below them get.
//
// Every edge is decided by itself, from its own dependent, the locked graph, the importers' direct
// dependencies and the packument; so edges may be decided in whatever order packuments arrive. The
// one thing that an edge needs besides its own packument are the importers' direct picks of the
// same package: these need no other packument than that one, and are decided first when it arrives.
//
// With a trusted locked graph (ResolveOptions::trust_locked) what is locked needs no packument at
// all: its edges are the locked ones.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/interner.h"
#include "resolver/names.h"
#include "resolver/rules.h"

namespace lpm::resolver {

inline constexpr NodeId kPending = UINT32_MAX;   // not decided yet
inline constexpr NodeId kOpen = UINT32_MAX - 1;  // decided: there is nothing

enum class Problem : std::uint8_t {
  None,
  NotFound,  // the registry has no such package
  NoVersion,
  NoTag,
  Below,   // something that the target requires is missing
  Source,  // the metadata source failed: names[target].error
  BadSpec,
  Forbidden,  // a published package asks for a source
  BadPlace,   // a path, and the dependent is in no folder of this machine
  Unsupported,
};
// What leaves an optional edge open instead of failing the resolution.
constexpr bool is_absence(Problem problem) {
  return problem == Problem::NotFound || problem == Problem::NoVersion ||
         problem == Problem::NoTag || problem == Problem::Below;
}

struct Edge {
  NameId name;    // as the dependent calls it
  NameId wanted;  // real name of the package, or the text of its source
  SpecId written;
  SpecId spec;                           // after overrides
  RuleId override_rule = kNoRule;        // what replaced `written`; kNoRule: nothing
  ExtensionId extension = kNoExtension;  // what added it
  NodeId target = kPending;
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  Problem problem = Problem::None;
  NodeId peer_of = kOpen;  // of an importer's added peer: the first package that needs it

  bool optional() const { return kind == manifest::DependencyKind::Optional; }
};

struct Peer {
  NameId name;
  SpecId written;
  SpecId spec;  // after overrides
  RuleId override_rule;
  bool optional;
};

// An edge or peer that a rule removed.
struct RemovedEdge {
  NameId name;
  SpecId written;
  RuleId override_rule;
};

// A decided package at a place with a current override rule, or an importer.
struct Node {
  bool is_importer = false;
  NameId name = 0;
  VersionId version = 0;
  RuleId rule = kNoRule;
  // The same package in the locked graph.
  graph::PackageId locked = graph::kNoPackage;
  // Its locked edges cannot be taken as they are, and its packument cannot be had.
  bool is_unreadable = false;
  std::vector<Edge> edges;  // by name
  std::vector<Peer> peers;  // by name, without those that are edges
  std::vector<RemovedEdge> removed;
  // Dependencies and peers that extensions added or made optional.
  struct Extended {
    NameId name;
    ExtensionId extension;
  };
  std::vector<Extended> extended;
};

struct Inputs {
  const std::vector<ImporterInput>& importers;
  const graph::DependencyGraph* locked;  // null: none that counts
  MetadataSource& source;
  PickListener& listener;
  const ResolveOptions& options;
};

class Decisions {
 public:
  Decisions(const Inputs& inputs, const Rules& rules);

  // Decides everything that follows from the manifests.
  void run();

  // A peer that is added to an importer, see missing_peers.h. `run_added` decides what follows.
  void wait_for(std::span<const NameId> names);
  struct AddedPeer {
    NodeId importer;
    NameId name;
    SpecId spec;
    NodeId peer_of;
    RuleId override_rule;  // of the peer
    SpecId written;
    std::optional<VersionId> version;  // nothing: none fits
  };
  bool add_peer_edge(const AddedPeer& peer);  // false: there is no such package or version
  void remove_peer_edge(const AddedPeer& peer);
  // Of an optional edge: what its target requires is missing.
  void leave_open(NodeId from, std::size_t edge);
  void run_added() { drain(); }

  // Absences propagate: a package that requires something absent is absent itself. Optional edges
  // to it are left open.
  void settle_absences();

  // Why the source gave up as a whole; everything decided so far is worth nothing then.
  const std::optional<Error>& stopped() const { return stopped_; }

  std::size_t importer_count() const { return inputs_.importers.size(); }
  const std::deque<Node>& nodes() const { return nodes_; }
  const Node& node(NodeId id) const { return nodes_[id]; }
  const Name& name(NameId id) const { return names_[id]; }
  std::size_t name_count() const { return names_.size(); }
  const Spec& spec(SpecId id) const { return specs_[id]; }
  NameId wanted_name(NameId edge_name, SpecId spec);
  // A package's real name.
  const std::string& real_name(const Node& node) const {
    return names_[names_[node.name].own_name].text;
  }
  const manifest::PickRules& pick_rules() const { return pick_rules_; }
  const Inputs& inputs() const { return inputs_; }
  const Rules& rules() const { return rules_; }
  const KnownVersion& version_of(const Node& node) const {
    return names_[node.name].versions[node.version];
  }
  // The locked package that stands for the node instead of what the registry says; null: none.
  const graph::Package* trusted(const Node& node) const;

  // npm's picker.
  std::optional<VersionId> pick(NameId wanted, SpecId spec);
  VersionId known(NameId name, manifest::VersionIndex published) {
    return names_[name].version_id(published);
  }
  // The version that the locked graph has for this edge of an importer.
  std::optional<VersionId> locked_direct(NodeId importer, NameId name, NameId wanted) const;
  // A rule of the project replaced it when the graph was locked.
  bool was_overridden(NodeId from, NameId name) const { return locked_rule(from, name) != nullptr; }

 private:
  // decisions.cpp
  NameId intern(std::string_view name);
  std::string own_scope(std::string_view name) const;
  NameId intern_source(std::string_view text);
  void index_locked_graph();
  std::vector<bool> still_locked() const;
  std::optional<NameId> name_of_locked(const graph::Package& package);
  void drain();
  void start(NodeId node);
  void request(NameId name);
  void arrive(MetadataSource::Arrival arrival);
  void decide(NodeId from, Edge& edge);
  Problem problem_without_version(const Edge& edge) const;
  void set_target(NodeId from, Edge& edge, VersionId version);
  void tell(const Node& node);

  // expand.cpp
  void add_importer(const ImporterInput& input);
  void link_member(NodeId importer, const MemberLink& link);
  void add_edges(NodeId id, const manifest::StringPairs& pairs, manifest::DependencyKind kind);
  void add_edge(NodeId id, std::string_view name, std::string_view spec,
                manifest::DependencyKind kind, ExtensionId extension = kNoExtension);
  void extend(NodeId id, const std::vector<std::string_view>& bundled);
  void extend_peers(NodeId id);
  bool override_edge(Node& from, Edge& edge);
  Overrides::Dependent dependent(const Node& node) const;
  NameId wanted_source(NodeId from, const Edge& edge);
  bool may_ask_for_source(NodeId from, const Edge& edge) const;
  std::optional<std::string_view> folder_of(NodeId id) const;
  void sort_edges(std::vector<Edge>& edges) const;
  void expand(NodeId id);
  void expand_published(NodeId id);
  void expand_locked(NodeId id);
  bool stands(const graph::Package& package) const;
  void add_peer(Node& node, std::string_view name, std::string_view spec, bool optional);

  // choose_version.cpp
  std::optional<VersionId> choose(NodeId from, const Edge& edge);
  std::optional<VersionId> locked_choice(NodeId from, const Edge& edge) const;
  std::optional<NameId> locked_source(NodeId from, const Edge& edge) const;
  bool was_left_open(NodeId from, const Edge& edge) const;
  struct LockedEdge {
    graph::PackageId target;               // kNoPackage: it was left open
    std::optional<std::string_view> spec;  // of an importer's edge
  };
  const graph::AppliedRule* locked_rule(NodeId from, NameId name) const;
  bool is_undone(NodeId from, const Edge& edge) const;
  std::optional<LockedEdge> locked_edge(NodeId from, NameId name) const;
  std::optional<VersionId> locked_version(NameId wanted, graph::PackageId id) const;
  bool counts(const KnownVersion& version) const;
  const graph::Importer* locked_importer(NodeId from) const;
  std::optional<VersionId> direct_choice(const Edge& edge) const;

  struct LockedPlace {
    NameId name;
    VersionId version;
  };

  Inputs inputs_;
  const Rules& rules_;
  const Overrides& overrides_;
  std::optional<semver::Version> node_version_;
  manifest::PickRules pick_rules_;
  bool trusts_locked_ = false;
  SpecTable specs_;
  Interner name_ids_;
  std::deque<Name> names_;
  std::deque<Node> nodes_;                                 // importers first
  std::vector<std::optional<LockedPlace>> locked_places_;  // by PackageId; not of workspaces
  std::vector<NodeId> to_start_;
  std::size_t pending_ = 0;  // edges and packages that wait for a packument
  std::optional<Error> stopped_;
};

}  // namespace lpm::resolver
