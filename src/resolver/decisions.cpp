#include "resolver/decisions.h"

#include <algorithm>

#include "base/text.h"
#include "graph/source_text.h"

namespace lpm::resolver {

using manifest::VersionIndex;

Decisions::Decisions(const Inputs& inputs, const Rules& rules)
    : inputs_(inputs),
      rules_(rules),
      overrides_(rules.overrides),
      node_version_(semver::Version::parse(inputs.options.node_version)) {
  pick_rules_.node = node_version_ ? &*node_version_ : nullptr;
  pick_rules_.before = inputs.options.before;
  if (inputs.options.update_all) inputs_.locked = nullptr;
  trusts_locked_ = inputs_.locked != nullptr && inputs.options.trust_locked &&
                   !inputs.options.dedupe && overrides_.empty() && rules.extensions.empty();
  for (const std::string& name : inputs.options.update_names)
    names_[intern(name)].is_updated = true;
  if (inputs_.locked != nullptr) index_locked_graph();
}

NameId Decisions::intern(std::string_view text) {
  const Interner::Entry entry = name_ids_.add(text);
  if (entry.is_new) {
    Name& name = names_.emplace_back();
    name.text = text;
    name.is_valid = manifest::PackageName::parse(text).has_value();
    name.own_name = entry.id;
    name.source.locator = own_scope(text);
    name_ids_.rebind(entry.id, name.text);
  }
  return entry.id;
}

std::string Decisions::own_scope(std::string_view name) const {
  const std::vector<std::string>& scopes = inputs_.options.own_scopes;
  const std::string_view own = name.substr(0, name.find('/'));
  const bool is_one = std::any_of(scopes.begin(), scopes.end(), [&](const std::string& scope) {
    return equals_ignoring_case(scope, own);
  });
  return is_one ? std::string(own) : "";
}

NameId Decisions::intern_source(std::string_view text) {
  const NameId id = intern(text);
  names_[id].is_valid = names_[id].is_source = true;
  return id;
}

std::optional<NameId> Decisions::name_of_locked(const graph::Package& package) {
  if (package.source.is_registry()) return intern(package.name);
  const auto text = graph::text_of(package.source);
  if (!text) return std::nullopt;
  const NameId own = intern(package.name);
  const NameId id = intern_source(*text);
  names_[id].own_name = own;
  names_[id].source = package.source;
  names_[id].is_on_disk = graph::is_path_text(*text);
  names_[id].is_updated = names_[own].is_updated;
  return id;
}

void Decisions::index_locked_graph() {
  locked_places_.resize(inputs_.locked->packages.size());
  const std::vector<bool> counts = still_locked();
  for (std::uint32_t i = 0; i < locked_places_.size(); ++i) {
    if (!counts.empty() && !counts[i]) continue;
    const graph::Package& package = inputs_.locked->packages[i];
    const auto name = name_of_locked(package);
    if (!name) continue;
    const auto version = names_[*name].version_id(package.version);
    if (!version) continue;
    names_[*name].is_locked = true;
    graph::PackageId& first = names_[*name].versions[*version].locked;
    if (first == graph::kNoPackage) first = graph::PackageId{i};
    locked_places_[i] = LockedPlace{*name, *version};
  }
}

// What a rule brought that the project no longer has, and what came along with it, is not locked.
// Empty: all of it is.
std::vector<bool> Decisions::still_locked() const {
  const graph::DependencyGraph& locked = *inputs_.locked;
  const auto has_rules = [](const auto& one) { return !one.rules.empty(); };
  if (std::none_of(locked.packages.begin(), locked.packages.end(), has_rules) &&
      std::none_of(locked.importers.begin(), locked.importers.end(), has_rules))
    return {};
  std::vector<bool> counts(locked.packages.size());
  std::vector<graph::PackageId> queue;
  const auto follow = [&](const auto& dependent) {
    for (const auto& edge : dependent.dependencies) {
      if (edge.target == graph::kNoPackage || counts[graph::index(edge.target)]) continue;
      const bool is_gone =
          std::any_of(dependent.rules.begin(), dependent.rules.end(), [&](const auto& rule) {
            if (rule.name != edge.name) return false;
            return rule.kind == graph::AppliedRule::Kind::Extended
                       ? !rules_.extensions.has(rule.rule)
                       : !overrides_.speaks_of(rule.rule, rule.name);
          });
      if (is_gone) continue;
      counts[graph::index(edge.target)] = true;
      queue.push_back(edge.target);
    }
  };
  for (const graph::Importer& importer : locked.importers) follow(importer);
  while (!queue.empty()) {
    const graph::PackageId id = queue.back();
    queue.pop_back();
    follow(locked[id]);
  }
  return counts;
}

const graph::Package* Decisions::trusted(const Node& node) const {
  if (!trusts_locked_ || node.locked == graph::kNoPackage || names_[node.name].is_on_disk)
    return nullptr;
  return &(*inputs_.locked)[node.locked];
}

void Decisions::run() {
  for (const ImporterInput& importer : inputs_.importers) add_importer(importer);
  for (NodeId id = 0; id < importer_count(); ++id) start(id);
  drain();
}

void Decisions::drain() {
  while (!stopped_) {
    while (!to_start_.empty()) {
      const NodeId id = to_start_.back();
      to_start_.pop_back();
      expand(id);
    }
    if (pending_ == 0) return;
    arrive(inputs_.source.next());
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

// Decides the edges that can be, asks for the packuments of the others.
void Decisions::start(NodeId id) {
  for (std::uint32_t i = 0; i < nodes_[id].edges.size(); ++i) {
    Edge& edge = nodes_[id].edges[i];
    if (edge.target != kPending) continue;
    const Spec& spec = specs_[edge.spec];
    Name& wanted = names_[edge.wanted];
    const bool is_named_well = names_[edge.name].is_valid && wanted.is_valid;
    if (wanted.is_member) {
      set_target(id, edge, 0);
    } else if (spec.kind == Spec::Kind::Bad || (!is_named_well && spec.kind != Spec::Kind::Other)) {
      edge.problem = Problem::BadSpec;
      edge.target = kOpen;
    } else if (spec.kind == Spec::Kind::Source && !wanted.is_source) {
      edge.problem = graph::is_path_text(spec.source) ? Problem::BadPlace : Problem::Forbidden;
      edge.target = kOpen;
    } else if (spec.kind == Spec::Kind::Other) {
      edge.problem = Problem::Unsupported;
      edge.target = kOpen;
    } else if (was_left_open(id, edge)) {
      edge.target = kOpen;
    } else if (wanted.state == Name::State::Here || wanted.state == Name::State::Failed ||
               (trusts_locked_ && locked_choice(id, edge))) {
      decide(id, edge);
    } else {
      request(edge.wanted);
      wanted.waiting.push_back({id, i});
      ++pending_;
    }
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
    if (name.is_source) {
      const NameId own = intern(name.packument->name());
      name.own_name = own;
      name.source = std::move(arrival.source);
      name.renew_source_version();
    }
    for (KnownVersion& version : name.versions)
      if (!name.is_source) version.published = name.packument->find_version(version.text);
  } else {
    name.error = std::move(arrival.packument).error();
    name.state = Name::State::Failed;
  }
  // The importers' own edges first: others look at what they picked.
  const std::vector<Name::EdgeAt> waiting = std::move(name.waiting);
  for (const bool of_importers : {true, false})
    for (const auto [node, edge] : waiting)
      if ((node < importer_count()) == of_importers) decide(node, nodes_[node].edges[edge]);
  to_start_.insert(to_start_.end(), name.unexpanded.begin(), name.unexpanded.end());
  pending_ -= waiting.size() + name.unexpanded.size();
  name.unexpanded.clear();
}

void Decisions::decide(NodeId from, Edge& edge) {
  const Name& wanted = names_[edge.wanted];
  edge.target = kOpen;
  if (const auto version = choose(from, edge)) {
    if (from < importer_count()) names_[edge.wanted].directs.push_back({edge.name, *version});
    set_target(from, edge, *version);
  } else if (wanted.state == Name::State::Failed) {
    const ErrorCode code = wanted.error->code;
    const bool is_absent =
        code == ErrorCode::PACKAGE_NOT_FOUND || code == ErrorCode::SOURCE_NOT_FOUND;
    edge.problem = is_absent ? Problem::NotFound : Problem::Source;
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

void Decisions::set_target(NodeId from, Edge& edge, VersionId version) {
  Name& name = names_[edge.wanted];
  RuleId rule = kNoRule;
  if (!overrides_.empty()) {
    rule = overrides_.enter(dependent(nodes_[from]), edge.override_rule, names_[edge.name].text,
                            names_[name.own_name].text, name.versions[version].parsed);
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
  node.locked = name.versions[version].locked;
  name.nodes.push_back(edge.target);
  to_start_.push_back(edge.target);
  tell(node);
}

void Decisions::tell(const Node& node) {
  Name& name = names_[node.name];
  KnownVersion& version = name.versions[node.version];
  if (version.told || name.is_member) return;
  version.told = true;
  if (const graph::Package* locked = trusted(node)) {
    inputs_.listener.kept(*locked, manifest::admits(locked->platform, inputs_.options.platform));
    return;
  }
  const manifest::Packument& packument = *name.packument;
  const bool is_locked = node.locked != graph::kNoPackage && !name.is_on_disk;
  const crypto::Integrity& locked_integrity =
      is_locked ? (*inputs_.locked)[node.locked].integrity : crypto::Integrity();
  inputs_.listener.picked(
      {.name = real_name(node),
       .packument = name.packument,
       .version = *version.published,
       .integrity =
           locked_integrity.empty() ? packument.integrity(*version.published) : locked_integrity,
       .platform_admits =
           manifest::admits(packument.platform(*version.published), inputs_.options.platform),
       .source = name.source});
}

bool Decisions::add_peer_edge(const AddedPeer& peer) {
  Edge edge{.name = peer.name,
            .wanted = wanted_name(peer.name, peer.spec),
            .written = peer.written,
            .spec = peer.spec,
            .override_rule = peer.override_rule};
  edge.kind = manifest::DependencyKind::Peer;
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
  edges.push_back(edge);
  sort_edges(edges);
  return !is_absence(edge.problem);
}

void Decisions::remove_peer_edge(const AddedPeer& peer) {
  std::erase_if(nodes_[peer.importer].edges,
                [&](const Edge& edge) { return edge.name == peer.name && edge.peer_of != kOpen; });
}

void Decisions::leave_open(NodeId from, std::size_t edge) {
  nodes_[from].edges[edge].target = kOpen;
  nodes_[from].edges[edge].problem = Problem::Below;
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

}  // namespace lpm::resolver
