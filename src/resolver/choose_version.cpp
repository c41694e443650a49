// Which version an edge gets: docs/resolution.md, section 3.
#include <algorithm>

#include "resolver/decisions.h"

namespace lpm::resolver {

using manifest::VersionIndex;

std::optional<VersionIndex> Decisions::choose(NodeId from, const Edge& edge) {
  if (const auto locked = locked_choice(from, edge)) return locked;
  if (from >= importer_count())
    if (const auto direct = direct_choice(edge)) return direct;
  return pick(edge.wanted, edge.spec);
}

std::optional<VersionIndex> Decisions::locked_choice(NodeId from, const Edge& edge) const {
  const Name& wanted = names_[edge.wanted];
  if (wanted.locked.empty() || wanted.is_updated || names_[edge.name].is_updated)
    return std::nullopt;
  const Spec& spec = specs_[edge.spec];
  if (const auto before = locked_edge(from, edge.name)) {
    // Left open then: chosen as if it were new, or it would take what others have locked.
    if (before->target == graph::kNoPackage) return std::nullopt;
    const auto version = wanted.locked_version(before->target);
    const bool same_tag =
        spec.kind == Spec::Kind::Tag && before->spec.value_or(spec.text) == spec.text;
    if (version && (same_tag || spec.admits(wanted.packument->version(*version)))) return version;
  }
  std::optional<VersionIndex> highest;
  for (const Name::LockedPackage& locked : wanted.locked)
    if (locked.version && (!highest || *locked.version < *highest) &&
        spec.admits(wanted.packument->version(*locked.version)))
      highest = locked.version;
  return highest;
}

// What the locked graph has for an edge of the same dependent; nothing when it does not know the
// dependent or the edge.
std::optional<Decisions::LockedEdge> Decisions::locked_edge(NodeId from, NameId name) const {
  const auto find = [&text = names_[name].text](const auto& edges) {
    return std::find_if(edges.begin(), edges.end(),
                        [&](const auto& edge) { return edge.name == text; });
  };
  if (from >= importer_count()) {
    if (nodes_[from].locked == UINT32_MAX) return std::nullopt;
    const auto& edges = inputs_.locked->packages[nodes_[from].locked].dependencies;
    const auto edge = find(edges);
    if (edge == edges.end()) return std::nullopt;
    return LockedEdge{edge->target, std::nullopt};
  }
  const graph::Importer* importer = locked_importer(from);
  if (importer == nullptr) return std::nullopt;
  const auto edge = find(importer->dependencies);
  if (edge == importer->dependencies.end()) return std::nullopt;
  return LockedEdge{edge->target, edge->spec};
}

const graph::Importer* Decisions::locked_importer(NodeId from) const {
  if (inputs_.locked == nullptr || inputs_.options.update_all) return nullptr;
  for (const graph::Importer& importer : inputs_.locked->importers)
    if (importer.path == inputs_.importers[from].path) return &importer;
  return nullptr;
}

std::optional<VersionIndex> Decisions::locked_direct(NodeId from, NameId name,
                                                     NameId wanted) const {
  if (names_[wanted].is_updated || names_[name].is_updated) return std::nullopt;
  const auto before = locked_edge(from, name);
  return before ? names_[wanted].locked_version(before->target) : std::nullopt;
}

std::optional<VersionIndex> Name::locked_version(graph::PackageId id) const {
  for (const LockedPackage& package : locked)
    if (package.id == graph::index(id)) return package.version;
  return std::nullopt;
}

std::optional<VersionIndex> Decisions::direct_choice(const Edge& edge) const {
  const Spec& spec = specs_[edge.spec];
  if (spec.kind != Spec::Kind::Range) return std::nullopt;
  const Name& wanted = names_[edge.wanted];
  std::optional<VersionIndex> highest;
  for (const Name::Direct& direct : wanted.directs)
    if (direct.alias == edge.name && (!highest || direct.version < *highest) &&
        spec.admits(wanted.packument->version(direct.version)))
      highest = direct.version;
  return highest;
}

std::optional<VersionIndex> Decisions::pick(NameId wanted, SpecId spec_id) {
  Name& name = names_[wanted];
  for (const Name::Picked& picked : name.picked)
    if (picked.spec == spec_id) return picked.version;
  const Spec& spec = specs_[spec_id];
  std::optional<VersionIndex> version;
  if (spec.kind == Spec::Kind::Range)
    version = manifest::pick_version(*name.packument, spec.range, pick_rules_);
  if (spec.kind == Spec::Kind::Tag)
    version = manifest::pick_tag(*name.packument, spec.tag, pick_rules_);
  name.picked.push_back({spec_id, version});
  return version;
}

}  // namespace lpm::resolver
