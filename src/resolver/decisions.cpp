#include "resolver/decisions.h"

#include <algorithm>

namespace lpm::resolver {

using manifest::DependencyKind;
using manifest::VersionIndex;

Decisions::Decisions(const Inputs& inputs, const Overrides& overrides)
    : inputs_(inputs),
      overrides_(overrides),
      node_version_(semver::Version::parse(inputs.options.node_version)) {
  pick_rules_.node = node_version_ ? &*node_version_ : nullptr;
  pick_rules_.before = inputs.options.before;
  for (const std::string& name : inputs.options.update_names)
    names_[intern(name)].is_updated = true;
  if (inputs.locked != nullptr && !inputs.options.update_all) index_locked_graph();
}

NameId Decisions::intern(std::string_view text) {
  const Interner::Entry entry = name_ids_.add(text);
  if (entry.is_new) {
    Name& name = names_.emplace_back();
    name.text = text;
    name.is_valid = manifest::PackageName::parse(text).has_value();
    name_ids_.rebind(entry.id, name.text);
  }
  return entry.id;
}

void Decisions::index_locked_graph() {
  for (std::uint32_t id = 0; id < inputs_.locked->packages.size(); ++id) {
    const graph::Package& package = inputs_.locked->packages[id];
    if (package.source.kind != graph::SourceKind::Registry) continue;
    names_[intern(package.name)].locked.push_back({id, package.version, std::nullopt});
  }
}

void Decisions::run() {
  for (const ImporterInput& importer : inputs_.importers) add_importer(importer);
  for (NodeId id = 0; id < importer_count(); ++id) start(id);
  drain();
}

void Decisions::run_added() {
  drain();
}

void Decisions::drain() {
  while (true) {
    while (!to_start_.empty()) {
      const NodeId id = to_start_.back();
      to_start_.pop_back();
      expand(id);
      start(id);
    }
    if (pending_edges_ == 0 || stopped_) return;
    arrive(inputs_.source.next());
  }
}

void Decisions::add_importer(const ImporterInput& input) {
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.emplace_back();
  const manifest::Manifest& manifest = *input.manifest;
  // The first field that has a name wins.
  add_edges(id, manifest.optional_dependencies, DependencyKind::Optional);
  add_edges(id, manifest.dependencies, DependencyKind::Production);
  add_edges(id, manifest.dev_dependencies, DependencyKind::Development);
  if (inputs_.options.install_peers)
    for (const auto& [name, spec] : manifest.peer_dependencies)
      if (std::find(manifest.optional_peers.begin(), manifest.optional_peers.end(), name) ==
          manifest.optional_peers.end())
        add_edge(id, name, spec, DependencyKind::Peer);

  std::vector<Edge>& edges = nodes_[id].edges;
  std::stable_sort(edges.begin(), edges.end(), [this](const Edge& a, const Edge& b) {
    return names_[a.name].text < names_[b.name].text;
  });
  edges.erase(std::unique(edges.begin(), edges.end(),
                          [](const Edge& a, const Edge& b) { return a.name == b.name; }),
              edges.end());
}

void Decisions::add_edges(NodeId id, const manifest::StringPairs& pairs, DependencyKind kind) {
  for (const auto& [name, spec] : pairs) add_edge(id, name, spec, kind);
}

void Decisions::add_edge(NodeId id, std::string_view name, std::string_view spec,
                         DependencyKind kind) {
  const NameId name_id = intern(name);
  const SpecId written = specs_.add(spec);
  Edge edge{.name = name_id, .wanted = name_id, .written = written, .spec = written, .kind = kind};
  override_edge(nodes_[id], edge);
  edge.wanted = wanted_name(name_id, edge.spec);
  nodes_[id].edges.push_back(edge);
}

void Decisions::override_edge(const Node& from, Edge& edge) {
  if (overrides_.empty()) return;
  const auto match = overrides_.match_edge(from.rule, names_[edge.name].text, specs_[edge.spec]);
  if (!match) return;
  edge.override_rule = match->rule;
  edge.spec = specs_.add(match->value);
}

NameId Decisions::wanted_name(NameId edge_name, SpecId spec) {
  const std::string& target = specs_[spec].target;
  return target.empty() ? edge_name : intern(target);
}

// Reads the edges of a decided package out of its packument.
void Decisions::expand(NodeId id) {
  const Node& node = nodes_[id];
  const PackumentPointer packument = names_[node.name].packument;
  const VersionIndex version = node.version;
  const std::vector<std::string_view> bundled = packument->bundled(version);
  const auto add_all = [&](const std::vector<manifest::NameAndText>& pairs, DependencyKind kind) {
    for (const auto& [name, spec] : pairs)
      if (std::find(bundled.begin(), bundled.end(), name) == bundled.end())
        add_edge(id, name, spec, kind);
  };
  add_all(packument->dependencies(version), DependencyKind::Production);
  const std::size_t required = node.edges.size();
  add_all(packument->optional_dependencies(version), DependencyKind::Optional);
  std::vector<Edge>& edges = nodes_[id].edges;
  if (edges.size() != required)
    std::inplace_merge(
        edges.begin(), edges.begin() + static_cast<std::ptrdiff_t>(required), edges.end(),
        [this](const Edge& a, const Edge& b) { return names_[a.name].text < names_[b.name].text; });
  add_peers(nodes_[id], *packument);
}

void Decisions::add_peers(Node& node, const manifest::Packument& packument) {
  for (const auto& [name, spec] : packument.peer_dependencies(node.version)) {
    const NameId id = intern(name);
    const bool is_edge = std::any_of(node.edges.begin(), node.edges.end(),
                                     [id](const Edge& edge) { return edge.name == id; });
    if (is_edge || !names_[id].is_valid) continue;
    Edge as_edge{.name = id, .wanted = id, .written = specs_.add(spec), .spec = specs_.add(spec)};
    override_edge(node, as_edge);
    const Spec::Kind kind = specs_[as_edge.spec].kind;
    if (kind != Spec::Kind::Range && kind != Spec::Kind::Tag) as_edge.spec = specs_.add("*");
    const bool optional = packument.is_optional_peer(node.version, name);
    node.peers.push_back({id, as_edge.written, as_edge.spec, as_edge.override_rule, optional});
    if (!optional && inputs_.options.install_peers) request(wanted_name(id, as_edge.spec));
  }
}

void Decisions::request(NameId id) {
  Name& name = names_[id];
  if (name.state != Name::State::Unknown || !name.is_valid) return;
  name.state = Name::State::Requested;
  inputs_.source.request(name.text);
}

void Decisions::wait_for(std::span<const NameId> names) {
  for (const NameId name : names) request(name);
  for (const NameId name : names)
    while (names_[name].state == Name::State::Requested && !stopped_) arrive(inputs_.source.next());
}

void Decisions::add_peer_edge(const AddedPeer& peer) {
  Edge edge{.name = peer.name,
            .wanted = wanted_name(peer.name, peer.spec),
            .written = peer.spec,
            .spec = peer.spec};
  edge.kind = DependencyKind::Peer;
  edge.peer_of = peer.peer_of;
  const Name::State state = names_[edge.wanted].state;
  if (peer.version) {
    set_target(peer.importer, edge, *peer.version);
  } else if (state == Name::State::Here || state == Name::State::Failed) {
    decide(peer.importer, edge);
  } else {
    edge.target = kOpen;
    edge.problem = Problem::BadSpec;
  }
  std::vector<Edge>& edges = nodes_[peer.importer].edges;
  const auto place = std::lower_bound(
      edges.begin(), edges.end(), edge,
      [this](const Edge& a, const Edge& b) { return names_[a.name].text < names_[b.name].text; });
  edges.insert(place, edge);
}

// Decides the edges whose packument is here, asks for the others.
void Decisions::start(NodeId id) {
  for (std::uint32_t i = 0; i < nodes_[id].edges.size(); ++i) {
    Edge& edge = nodes_[id].edges[i];
    const Spec& spec = specs_[edge.spec];
    Name& wanted = names_[edge.wanted];
    const bool is_named_well = names_[edge.name].is_valid && wanted.is_valid;
    if (spec.kind == Spec::Kind::Bad || (!is_named_well && spec.kind != Spec::Kind::Other)) {
      edge.problem = Problem::BadSpec;
    } else if (spec.kind == Spec::Kind::Other) {
      edge.problem = Problem::Unsupported;
    } else if (wanted.state == Name::State::Here || wanted.state == Name::State::Failed) {
      decide(id, edge);
      continue;
    } else {
      request(edge.wanted);
      wanted.waiting.push_back({id, i});
      ++pending_edges_;
      continue;
    }
    edge.target = kOpen;
  }
}

void Decisions::arrive(MetadataSource::Arrival arrival) {
  if (arrival.name.empty() && !arrival.packument) {
    stopped_ = std::move(arrival.packument).error();
    return;
  }
  Name& name = names_[intern(arrival.name)];
  if (name.state != Name::State::Requested) return;
  if (arrival.packument) {
    name.packument = *std::move(arrival.packument);
    name.state = Name::State::Here;
    place_locked_versions(name);
  } else {
    name.error = std::move(arrival.packument).error();
    name.state = Name::State::Failed;
  }
  // The importers' own edges first: others look at what they picked.
  const std::vector<Name::EdgeAt> waiting = std::move(name.waiting);
  for (const bool of_importers : {true, false})
    for (const auto [node, edge] : waiting)
      if ((node < importer_count()) == of_importers) decide(node, nodes_[node].edges[edge]);
  pending_edges_ -= waiting.size();
}

void Decisions::place_locked_versions(Name& name) {
  for (Name::LockedPackage& locked : name.locked)
    locked.version = name.packument->find_version(locked.version_text);
}

void Decisions::decide(NodeId from, Edge& edge) {
  const Name& wanted = names_[edge.wanted];
  edge.target = kOpen;
  if (wanted.state == Name::State::Failed) {
    edge.problem =
        wanted.error->code == ErrorCode::PACKAGE_NOT_FOUND ? Problem::NotFound : Problem::Source;
  } else if (const auto version = choose(from, edge)) {
    if (from < importer_count()) names_[edge.wanted].directs.push_back({edge.name, *version});
    set_target(from, edge, *version);
  } else {
    edge.problem = problem_without_version(edge);
  }
}

Problem Decisions::problem_without_version(const Edge& edge) const {
  const Spec& spec = specs_[edge.spec];
  const bool lacks_tag = spec.kind == Spec::Kind::Tag &&
                         !names_[edge.wanted].packument->dist_tag(spec.tag).has_value();
  return lacks_tag ? Problem::NoTag : Problem::NoVersion;
}

void Decisions::set_target(NodeId from, Edge& edge, VersionIndex version) {
  Name& name = names_[edge.wanted];
  RuleId rule = kNoRule;
  if (!overrides_.empty()) {
    const RuleId at = edge.override_rule != kNoRule ? edge.override_rule : nodes_[from].rule;
    rule = overrides_.enter(at, names_[edge.name].text, name.packument->version(version));
  }
  for (const NodeId existing : name.nodes) {
    if (nodes_[existing].version != version || nodes_[existing].rule != rule) continue;
    edge.target = existing;
    return;
  }
  edge.target = static_cast<NodeId>(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.name = edge.wanted;
  node.version = version;
  node.rule = rule;
  for (const Name::LockedPackage& locked : name.locked)
    if (locked.version == version && node.locked == UINT32_MAX) node.locked = locked.id;
  name.nodes.push_back(edge.target);
  to_start_.push_back(edge.target);
  tell(name, version);
}

void Decisions::tell(Name& name, VersionIndex version) {
  if (std::find(name.told.begin(), name.told.end(), version) != name.told.end()) return;
  name.told.push_back(version);
  const bool admitted =
      manifest::admits(name.packument->platform(version), inputs_.options.platform);
  inputs_.listener.picked({name.text, name.packument, version, admitted});
}

void Decisions::settle_absences() {
  const auto has_absence = [](const Node& node) {
    return std::any_of(node.edges.begin(), node.edges.end(),
                       [](const Edge& edge) { return is_absence(edge.problem); });
  };
  if (std::none_of(nodes_.begin(), nodes_.end(), has_absence)) return;
  struct Dependent {
    NodeId node;
    std::uint32_t edge;
  };
  std::vector<std::vector<Dependent>> dependents(nodes_.size());
  std::vector<bool> is_absent(nodes_.size());
  std::vector<NodeId> absent;
  const auto mark = [&](NodeId id) {
    if (is_absent[id]) return;
    is_absent[id] = true;
    absent.push_back(id);
  };
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    for (std::uint32_t i = 0; i < nodes_[id].edges.size(); ++i) {
      const Edge& edge = nodes_[id].edges[i];
      if (edge.target < kOpen) dependents[edge.target].push_back({id, i});
      if (!edge.optional() && is_absence(edge.problem)) mark(id);
    }
  }
  while (!absent.empty()) {
    const NodeId id = absent.back();
    absent.pop_back();
    for (const auto [node, index] : dependents[id]) {
      Edge& edge = nodes_[node].edges[index];
      if (edge.optional()) {
        edge.target = kOpen;
        edge.problem = Problem::Below;
      } else {
        mark(node);
      }
    }
  }
}

const semver::Version& Decisions::version_of(const Node& node) const {
  return names_[node.name].packument->version(node.version);
}

}  // namespace lpm::resolver
