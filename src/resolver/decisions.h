// The first phase: which versions the edges of the importers and of all packages below them get.
//
// Every edge is decided by itself, from its own dependent, the locked graph, the importers' direct
// dependencies and the packument; so edges may be decided in whatever order packuments arrive. The
// one thing that an edge needs besides its own packument are the importers' direct picks of the
// same package: these need no other packument than that one, and are decided first when it arrives.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interner.h"
#include "resolver/overrides.h"
#include "resolver/resolver.h"
#include "resolver/spec_table.h"

namespace lpm::resolver {

using NameId = std::uint32_t;
using NodeId = std::uint32_t;
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
  Unsupported,
};
// What leaves an optional edge open instead of failing the resolution.
constexpr bool is_absence(Problem problem) {
  return problem == Problem::NotFound || problem == Problem::NoVersion ||
         problem == Problem::NoTag || problem == Problem::Below;
}

struct Edge {
  NameId name;    // as the dependent calls it
  NameId wanted;  // real name of the package
  SpecId written;
  SpecId spec;                     // after overrides
  RuleId override_rule = kNoRule;  // what replaced `written`; kNoRule: nothing
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

// A decided package at a place with a current override rule, or an importer.
struct Node {
  NameId name = 0;
  manifest::VersionIndex version = 0;
  RuleId rule = kNoRule;
  std::uint32_t locked = UINT32_MAX;  // PackageId of the same package in the locked graph
  std::vector<Edge> edges;            // by name
  std::vector<Peer> peers;            // by name, without those that are edges
};

struct Inputs {
  const std::vector<ImporterInput>& importers;
  const graph::DependencyGraph* locked;
  MetadataSource& source;
  PickListener& listener;
  const ResolveOptions& options;
};

// Everything known under one name.
struct Name {
  enum class State : std::uint8_t { Unknown, Requested, Here, Failed };
  std::string text;
  bool is_valid = false;
  bool is_updated = false;  // its locked versions do not count
  State state = State::Unknown;
  PackumentPointer packument;
  std::optional<Error> error;  // State::Failed
  struct EdgeAt {
    NodeId node;
    std::uint32_t edge;
  };
  std::vector<EdgeAt> waiting;
  struct LockedPackage {
    std::uint32_t id;  // of the locked graph
    std::string_view version_text;
    std::optional<manifest::VersionIndex> version;  // once the packument is here
  };
  std::vector<LockedPackage> locked;
  std::optional<manifest::VersionIndex> locked_version(graph::PackageId id) const;
  struct Direct {
    NameId alias;
    manifest::VersionIndex version;
  };
  std::vector<Direct> directs;  // the importers' own picks
  std::vector<NodeId> nodes;
  std::vector<manifest::VersionIndex> told;  // versions that the listener knows
  struct Picked {
    SpecId spec;
    std::optional<manifest::VersionIndex> version;
  };
  std::vector<Picked> picked;  // npm's picker, by specifier
};

class Decisions {
 public:
  Decisions(const Inputs& inputs, const Overrides& overrides);

  // Decides everything that follows from the manifests.
  void run();

  // A peer that is added to an importer, see peers.h. `run_added` decides what follows from it.
  void wait_for(std::span<const NameId> names);
  struct AddedPeer {
    NodeId importer;
    NameId name;
    SpecId spec;
    NodeId peer_of;
    std::optional<manifest::VersionIndex> version;  // nothing: none fits
  };
  void add_peer_edge(const AddedPeer& peer);
  void run_added();

  // Why the source gave up as a whole; everything decided so far is worth nothing then.
  const std::optional<Error>& stopped() const { return stopped_; }

  std::size_t importer_count() const { return inputs_.importers.size(); }
  const std::deque<Node>& nodes() const { return nodes_; }
  const Node& node(NodeId id) const { return nodes_[id]; }
  const Name& name(NameId id) const { return names_[id]; }
  std::size_t name_count() const { return names_.size(); }
  const Spec& spec(SpecId id) const { return specs_[id]; }
  NameId wanted_name(NameId edge_name, SpecId spec);
  const manifest::PickRules& pick_rules() const { return pick_rules_; }
  const Inputs& inputs() const { return inputs_; }
  const semver::Version& version_of(const Node& node) const;
  std::optional<manifest::VersionIndex> pick(NameId wanted, SpecId spec);
  // The version that the lockfile has for this edge of an importer.
  std::optional<manifest::VersionIndex> locked_direct(NodeId importer, NameId name,
                                                      NameId wanted) const;

  // Absences propagate: a package that requires something absent is absent itself. Optional edges
  // to it are left open.
  void settle_absences();

 private:
  NameId intern(std::string_view name);
  void index_locked_graph();
  void add_importer(const ImporterInput& input);
  void add_edges(NodeId id, const manifest::StringPairs& pairs, manifest::DependencyKind kind);
  void add_edge(NodeId id, std::string_view name, std::string_view spec,
                manifest::DependencyKind kind);
  void expand(NodeId id);
  void add_peers(Node& node, const manifest::Packument& packument);
  void override_edge(const Node& from, Edge& edge);
  void start(NodeId node);
  void request(NameId name);
  void arrive(MetadataSource::Arrival arrival);
  void place_locked_versions(Name& name);
  void decide(NodeId from, Edge& edge);
  std::optional<manifest::VersionIndex> choose(NodeId from, const Edge& edge);
  std::optional<manifest::VersionIndex> locked_choice(NodeId from, const Edge& edge) const;
  struct LockedEdge {
    graph::PackageId target;               // kNoPackage: it was left open
    std::optional<std::string_view> spec;  // of an importer's edge
  };
  std::optional<LockedEdge> locked_edge(NodeId from, NameId name) const;
  const graph::Importer* locked_importer(NodeId from) const;
  std::optional<manifest::VersionIndex> direct_choice(const Edge& edge) const;
  void set_target(NodeId from, Edge& edge, manifest::VersionIndex version);
  void tell(Name& name, manifest::VersionIndex version);
  Problem problem_without_version(const Edge& edge) const;
  void drain();

  Inputs inputs_;
  const Overrides& overrides_;
  std::optional<semver::Version> node_version_;
  manifest::PickRules pick_rules_;
  SpecTable specs_;
  Interner name_ids_;
  std::deque<Name> names_;
  std::deque<Node> nodes_;  // importers first
  std::vector<NodeId> to_start_;
  std::size_t pending_edges_ = 0;
  std::optional<Error> stopped_;
};

}  // namespace lpm::resolver
