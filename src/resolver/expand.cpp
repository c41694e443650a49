// Decisions: the edges and peers of importers and packages, before they are decided.
#include <algorithm>

#include "graph/source_text.h"
#include "resolver/decisions.h"

namespace lpm::resolver {

using manifest::DependencyKind;
using manifest::VersionIndex;

namespace {

// Overrides and extensions are: they may ask for whatever the root may.
bool is_of_the_root(const Edge& edge) {
  return edge.override_rule != kNoRule || edge.extension != kNoExtension;
}

}  // namespace

void Decisions::add_importer(const ImporterInput& input) {
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.emplace_back().is_importer = true;
  const manifest::Manifest& manifest = *input.manifest;
  // The first field that has a name wins.
  add_edges(id, manifest.optional_dependencies, DependencyKind::Optional);
  add_edges(id, manifest.dependencies, DependencyKind::Production);
  add_edges(id, manifest.dev_dependencies, DependencyKind::Development);
  const auto is_optional_peer = [&manifest](const std::string& name) {
    const auto& optional = manifest.optional_peers;
    return std::find(optional.begin(), optional.end(), name) != optional.end();
  };
  if (inputs_.options.install_peers)
    for (const auto& [name, spec] : manifest.peer_dependencies)
      if (!is_optional_peer(name)) add_edge(id, name, spec, DependencyKind::Peer);

  std::vector<Edge>& edges = nodes_[id].edges;
  sort_edges(edges);
  edges.erase(std::unique(edges.begin(), edges.end(),
                          [](const Edge& a, const Edge& b) { return a.name == b.name; }),
              edges.end());
  for (const MemberLink& link : input.links) link_member(id, link);
}

// What a member depends on is its own importer's affair.
void Decisions::link_member(NodeId importer, const MemberLink& link) {
  std::vector<Edge>& edges = nodes_[importer].edges;
  const auto edge = std::lower_bound(
      edges.begin(), edges.end(), std::string_view(link.name),
      [this](const Edge& one, std::string_view name) { return names_[one.name].text < name; });
  if (edge == edges.end() || names_[edge->name].text != link.name) return;
  const NameId own = intern(link.package);
  const NameId id = intern("workspace:" + link.path);
  Name& name = names_[id];
  name.is_member = name.is_source = name.is_valid = true;
  name.own_name = own;
  name.source = {graph::SourceKind::Workspace, link.path};
  if (name.versions.empty() && !name.version_id(link.version)) name.version_id("0.0.0");
  edge->wanted = id;
  // Whatever overrides say of the name.
  edge->spec = edge->written;
  edge->override_rule = kNoRule;
}

void Decisions::add_edges(NodeId id, const manifest::StringPairs& pairs, DependencyKind kind) {
  for (const auto& [name, spec] : pairs) add_edge(id, name, spec, kind);
}

void Decisions::add_edge(NodeId id, std::string_view name, std::string_view spec,
                         DependencyKind kind, ExtensionId extension) {
  const NameId name_id = intern(name);
  const SpecId written = specs_.add(spec);
  Edge edge{.name = name_id, .wanted = name_id, .written = written, .spec = written, .kind = kind};
  edge.extension = extension;
  if (!override_edge(nodes_[id], edge)) return;
  const bool is_source = specs_[edge.spec].kind == Spec::Kind::Source;
  edge.wanted = is_source ? wanted_source(id, edge) : wanted_name(name_id, edge.spec);
  nodes_[id].edges.push_back(edge);
}

// False when the edge is removed.
bool Decisions::override_edge(Node& from, Edge& edge) {
  if (overrides_.empty()) return true;
  const auto match =
      overrides_.match_edge(dependent(from), names_[edge.name].text, specs_[edge.spec]);
  if (!match) return true;
  if (match->removes) {
    from.removed.push_back({edge.name, edge.written, match->rule});
    return false;
  }
  edge.override_rule = match->rule;
  edge.spec = specs_.add(match->value);
  return true;
}

Overrides::Dependent Decisions::dependent(const Node& node) const {
  if (node.is_importer) return {.rule = node.rule};
  return {node.rule, real_name(node), &version_of(node).parsed};
}

NameId Decisions::wanted_name(NameId edge_name, SpecId spec) {
  if (specs_[spec].is_jsr_of_own_name) return intern(manifest::jsr_name(names_[edge_name].text));
  const std::string& target = specs_[spec].target;
  return target.empty() ? edge_name : intern(target);
}

// The name of what an edge with a source's specifier asks for; the edge's own name when it may not
// ask.
NameId Decisions::wanted_source(NodeId from, const Edge& edge) {
  if (!may_ask_for_source(from, edge)) return edge.name;
  if (const auto locked = locked_source(from, edge)) return *locked;
  const std::string& text = specs_[edge.spec].source;
  if (!graph::is_path_text(text)) return intern_source(text);
  const auto base = is_of_the_root(edge) ? std::string_view(".") : folder_of(from);
  if (!base) return edge.name;
  const NameId id = intern_source(graph::rebased(text, *base));
  names_[id].is_on_disk = true;
  return id;
}

// Whoever publishes could otherwise have anything fetched from anywhere. The project's own
// manifests and folders may, and its overrides.
bool Decisions::may_ask_for_source(NodeId from, const Edge& edge) const {
  return is_of_the_root(edge) || folder_of(from) ||
         graph::matches_a_pattern(specs_[edge.spec].source, inputs_.options.allowed_sources);
}

// The folder that paths in the manifest of an importer or package start from.
std::optional<std::string_view> Decisions::folder_of(NodeId id) const {
  if (id < importer_count()) return inputs_.importers[id].path;
  const graph::Source& source = names_[nodes_[id].name].source;
  const bool is_folder = source.kind == graph::SourceKind::Link ||
                         source.kind == graph::SourceKind::Directory ||
                         source.kind == graph::SourceKind::Workspace;
  if (!is_folder) return std::nullopt;
  return source.locator;
}

void Decisions::sort_edges(std::vector<Edge>& edges) const {
  const auto by_name = [this](const Edge& a, const Edge& b) {
    return names_[a.name].text < names_[b.name].text;
  };
  if (!std::is_sorted(edges.begin(), edges.end(), by_name))
    std::stable_sort(edges.begin(), edges.end(), by_name);
}

// Edges that the root has for names that the package does not ask for itself.
void Decisions::extend(NodeId id, const std::vector<std::string_view>& bundled) {
  Node& node = nodes_[id];
  const auto add_all = [&](const manifest::StringPairs& pairs, DependencyKind kind,
                           ExtensionId extension) {
    for (const auto& [name, spec] : pairs) {
      const bool is_there =
          std::find(bundled.begin(), bundled.end(), name) != bundled.end() ||
          std::any_of(node.edges.begin(), node.edges.end(),
                      [&](const Edge& edge) { return names_[edge.name].text == name; });
      const std::size_t before = node.edges.size();
      if (!is_there) add_edge(id, name, spec, kind, extension);
      if (node.edges.size() > before) node.extended.push_back({intern(name), extension});
    }
  };
  for (const ExtensionId one : rules_.extensions.of(real_name(node), version_of(node).parsed)) {
    add_all(rules_.extensions[one].dependencies, DependencyKind::Production, one);
    add_all(rules_.extensions[one].optional_dependencies, DependencyKind::Optional, one);
  }
}

// After the package's own peers are there.
void Decisions::extend_peers(NodeId id) {
  Node& node = nodes_[id];
  const auto find = [&](std::string_view name) {
    return std::find_if(node.peers.begin(), node.peers.end(),
                        [&](const Peer& peer) { return names_[peer.name].text == name; });
  };
  const auto ids = rules_.extensions.of(real_name(node), version_of(node).parsed);
  for (const ExtensionId one : ids) {
    const Extension& extension = rules_.extensions[one];
    for (const auto& [name, spec] : extension.peers) {
      if (find(name) != node.peers.end()) continue;
      const auto& optional = extension.optional_peers;
      add_peer(node, name, spec,
               std::find(optional.begin(), optional.end(), name) != optional.end());
      if (find(name) != node.peers.end()) node.extended.push_back({intern(name), one});
    }
    for (const std::string& name : extension.optional_peers) {
      const auto peer = find(name);
      if (peer == node.peers.end() || peer->optional) continue;
      peer->optional = true;
      node.extended.push_back({peer->name, one});
    }
  }
  std::sort(node.peers.begin(), node.peers.end(), [this](const Peer& a, const Peer& b) {
    return names_[a.name].text < names_[b.name].text;
  });
}

// Finds out the edges of a decided package, now or when its packument arrives.
void Decisions::expand(NodeId id) {
  const Node& node = nodes_[id];
  Name& name = names_[node.name];
  if (name.is_member) return;
  const graph::Package* locked = trusted(node);
  if (locked != nullptr && stands(*locked)) {
    expand_locked(id);
  } else if (name.state == Name::State::Here && version_of(node).published) {
    expand_published(id);
  } else if (name.state == Name::State::Here || name.state == Name::State::Failed) {
    // Locked, and the registry does not know it: what the lockfile says must do.
    expand_locked(id);
    nodes_[id].is_unreadable =
        name.state == Name::State::Failed && name.error->code != ErrorCode::PACKAGE_NOT_FOUND;
  } else {
    request(node.name);
    name.unexpanded.push_back(id);
    ++pending_;
    return;
  }
  start(id);
}

void Decisions::expand_published(NodeId id) {
  Node& node = nodes_[id];
  const PackumentPointer packument = names_[node.name].packument;
  const VersionIndex version = *version_of(node).published;
  const std::vector<std::string_view> bundled = packument->bundled(version);
  const auto add_all = [&](const std::vector<manifest::NameAndText>& pairs, DependencyKind kind) {
    for (const auto& [name, spec] : pairs)
      if (std::find(bundled.begin(), bundled.end(), name) == bundled.end())
        add_edge(id, name, spec, kind);
  };
  add_all(packument->dependencies(version), DependencyKind::Production);
  add_all(packument->optional_dependencies(version), DependencyKind::Optional);
  if (!rules_.extensions.empty()) extend(id, bundled);
  sort_edges(node.edges);
  for (const auto& [name, spec] : packument->peer_dependencies(version))
    add_peer(node, name, spec, packument->is_optional_peer(version, name));
  if (!rules_.extensions.empty()) extend_peers(id);
}

// Whether the locked edges can be taken as they are: none is to be updated.
bool Decisions::stands(const graph::Package& package) const {
  return std::all_of(
      package.dependencies.begin(), package.dependencies.end(), [this](const graph::Edge& edge) {
        const std::uint32_t alias = name_ids_.find(edge.name);
        if (alias != Interner::kAbsent && names_[alias].is_updated) return false;
        if (edge.target == graph::kNoPackage) return true;
        // A peer that an importer supplies.
        if ((*inputs_.locked)[edge.target].source.kind == graph::SourceKind::Workspace) return true;
        const auto& place = locked_places_[graph::index(edge.target)];
        return place && !names_[place->name].is_updated && !names_[place->name].is_on_disk;
      });
}

void Decisions::expand_locked(NodeId id) {
  const graph::Package& package = (*inputs_.locked)[nodes_[id].locked];
  const auto is_peer = [&package](const std::string& name) {
    return std::any_of(package.peers.begin(), package.peers.end(),
                       [&](const graph::PeerDeclaration& peer) { return peer.name == name; });
  };
  for (const graph::Edge& locked : package.dependencies) {
    if (is_peer(locked.name)) continue;
    const NameId name = intern(locked.name);
    Edge edge{.name = name, .wanted = name, .written = specs_.add("*"), .spec = specs_.add("*")};
    if (locked.optional) edge.kind = DependencyKind::Optional;
    edge.target = kOpen;
    if (locked.target != graph::kNoPackage) {
      const auto& place = locked_places_[graph::index(locked.target)];
      // Of what is on disk nobody knows yet whether it is what was locked.
      if (place && !names_[place->name].is_on_disk) {
        edge.wanted = place->name;
        set_target(id, edge, place->version);
      } else {
        edge.problem = Problem::Unsupported;
      }
    }
    nodes_[id].edges.push_back(edge);
  }
  sort_edges(nodes_[id].edges);
  for (const graph::PeerDeclaration& peer : package.peers)
    add_peer(nodes_[id], peer.name, peer.range, peer.optional);
}

void Decisions::add_peer(Node& node, std::string_view name, std::string_view spec, bool optional) {
  const NameId id = intern(name);
  const bool is_edge = std::any_of(node.edges.begin(), node.edges.end(),
                                   [id](const Edge& edge) { return edge.name == id; });
  if (is_edge || !names_[id].is_valid) return;
  const SpecId written = specs_.add(spec);
  Edge as_edge{.name = id, .wanted = id, .written = written, .spec = written};
  if (!override_edge(node, as_edge)) return;
  const Spec::Kind kind = specs_[as_edge.spec].kind;
  if (kind != Spec::Kind::Range && kind != Spec::Kind::Tag) as_edge.spec = specs_.add("*");
  node.peers.push_back({id, as_edge.written, as_edge.spec, as_edge.override_rule, optional});
  // Asked for before anybody knows whether it is missing: it mostly is somewhere.
  const bool is_wanted = !optional && inputs_.options.install_peers && trusted(node) == nullptr;
  const NameId wanted = wanted_name(id, as_edge.spec);
  if (is_wanted && !(trusts_locked_ && names_[wanted].is_locked)) request(wanted);
}

}  // namespace lpm::resolver
