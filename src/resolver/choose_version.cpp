// Decisions: which version an edge gets (docs/resolution.md, section 3).
#include <algorithm>

#include "graph/source_text.h"
#include "resolver/decisions.h"

namespace lpm::resolver {

std::optional<VersionId> Decisions::choose(NodeId from, const Edge& edge) {
  if (const auto locked = locked_choice(from, edge)) return locked;
  if (names_[edge.wanted].state != Name::State::Here) return std::nullopt;
  if (names_[edge.wanted].is_source) {
    if (names_[edge.wanted].packument->version_count() == 0) return std::nullopt;
    return names_[edge.wanted].version_id(manifest::VersionIndex{0});
  }
  if (from >= importer_count())
    if (const auto direct = direct_choice(edge)) return direct;
  return pick(edge.wanted, edge.spec);
}

// Whether a locked version may be chosen. Where the locked graph is trusted nobody asks the
// registry, not even when its packument happens to be here: what was not asked for by then depends
// on the network.
bool Decisions::counts(const KnownVersion& version) const {
  return version.locked != graph::kNoPackage && (trusts_locked_ || version.published);
}

std::optional<VersionId> Decisions::locked_choice(NodeId from, const Edge& edge) const {
  const Name& wanted = names_[edge.wanted];
  if (!wanted.is_locked || wanted.is_updated || names_[edge.name].is_updated) return std::nullopt;
  if (is_undone(from, edge)) return std::nullopt;
  if (wanted.is_source) {
    if (wanted.is_on_disk || wanted.versions.empty() || !counts(wanted.versions.front()))
      return std::nullopt;
    return VersionId{0};
  }
  const Spec& spec = specs_[edge.spec];
  if (const auto before = locked_edge(from, edge.name)) {
    const auto version = locked_version(edge.wanted, before->target);
    const bool same_tag =
        spec.kind == Spec::Kind::Tag && before->spec.value_or(spec.text) == spec.text;
    const bool stays =
        !inputs_.options.dedupe && version && spec.admits(wanted.versions[*version].parsed);
    if (version && (same_tag || stays)) return version;
  }
  std::optional<VersionId> highest;
  for (VersionId id = 0; id < wanted.versions.size(); ++id) {
    const KnownVersion& version = wanted.versions[id];
    if (counts(version) && spec.admits(version.parsed) &&
        (!highest || compare_build(wanted.versions[*highest].parsed, version.parsed) < 0))
      highest = id;
  }
  return highest;
}

// The commit that the same dependent has locked stays while it asks for the same: a branch may have
// moved on.
std::optional<NameId> Decisions::locked_source(NodeId from, const Edge& edge) const {
  if (names_[edge.name].is_updated || edge.override_rule != kNoRule || is_undone(from, edge))
    return std::nullopt;
  const auto before = locked_edge(from, edge.name);
  if (!before || before->target == graph::kNoPackage) return std::nullopt;
  const auto& place = locked_places_[graph::index(before->target)];
  if (!place || !names_[place->name].is_source || names_[place->name].is_updated)
    return std::nullopt;
  const std::string_view text = specs_[edge.spec].text;
  if (before->spec.value_or(text) != text) return std::nullopt;
  if (!graph::is_same_repository(specs_[edge.spec].source, names_[place->name].source))
    return std::nullopt;
  return place->name;
}

// An optional edge stays open while its dependent asks the same: what others have locked since
// could fill it, and a second install would be another one.
bool Decisions::was_left_open(NodeId from, const Edge& edge) const {
  if (!edge.optional() || edge.override_rule != kNoRule || names_[edge.name].is_updated ||
      is_undone(from, edge))
    return false;
  const auto before = locked_edge(from, edge.name);
  return before && before->target == graph::kNoPackage &&
         before->spec.value_or(specs_[edge.written].text) == specs_[edge.written].text;
}

// The rule that replaced an edge when the graph was locked; null: none did.
const graph::AppliedRule* Decisions::locked_rule(NodeId from, NameId name) const {
  const auto find = [&](const std::vector<graph::AppliedRule>& rules) -> const graph::AppliedRule* {
    for (const graph::AppliedRule& rule : rules)
      if (rule.kind == graph::AppliedRule::Kind::Overridden && rule.name == names_[name].text)
        return &rule;
    return nullptr;
  };
  if (from >= importer_count())
    return nodes_[from].locked == graph::kNoPackage
               ? nullptr
               : find((*inputs_.locked)[nodes_[from].locked].rules);
  const graph::Importer* importer = locked_importer(from);
  return importer == nullptr ? nullptr : find(importer->rules);
}

// An edge that no rule replaces any more is chosen as if it had never been locked.
bool Decisions::is_undone(NodeId from, const Edge& edge) const {
  return edge.override_rule == kNoRule && locked_rule(from, edge.name) != nullptr;
}

// What the locked graph has for an edge of the same dependent; nothing when it does not know the
// dependent or the edge.
std::optional<Decisions::LockedEdge> Decisions::locked_edge(NodeId from, NameId name) const {
  const auto find = [&text = names_[name].text](const auto& edges) {
    return std::find_if(edges.begin(), edges.end(),
                        [&](const auto& edge) { return edge.name == text; });
  };
  if (from >= importer_count()) {
    if (nodes_[from].locked == graph::kNoPackage) return std::nullopt;
    const auto& edges = (*inputs_.locked)[nodes_[from].locked].dependencies;
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

std::optional<VersionId> Decisions::locked_version(NameId wanted, graph::PackageId id) const {
  if (id == graph::kNoPackage) return std::nullopt;
  const auto& place = locked_places_[graph::index(id)];
  if (!place || place->name != wanted || !counts(names_[wanted].versions[place->version]))
    return std::nullopt;
  return place->version;
}

const graph::Importer* Decisions::locked_importer(NodeId from) const {
  if (inputs_.locked == nullptr) return nullptr;
  for (const graph::Importer& importer : inputs_.locked->importers)
    if (importer.path == inputs_.importers[from].path) return &importer;
  return nullptr;
}

std::optional<VersionId> Decisions::locked_direct(NodeId from, NameId name, NameId wanted) const {
  if (names_[wanted].is_updated || names_[name].is_updated) return std::nullopt;
  const auto before = locked_edge(from, name);
  return before ? locked_version(wanted, before->target) : std::nullopt;
}

std::optional<VersionId> Decisions::direct_choice(const Edge& edge) const {
  const Spec& spec = specs_[edge.spec];
  const Name& wanted = names_[edge.wanted];
  std::optional<VersionId> highest;
  for (const Name::Direct& direct : wanted.directs) {
    const semver::Version& version = wanted.versions[direct.version].parsed;
    if (direct.alias == edge.name && spec.admits(version) &&
        (!highest || compare_build(wanted.versions[*highest].parsed, version) < 0))
      highest = direct.version;
  }
  return highest;
}

std::optional<VersionId> Decisions::pick(NameId wanted, SpecId spec_id) {
  Name& name = names_[wanted];
  for (const Name::Picked& picked : name.picked)
    if (picked.spec == spec_id) return picked.version;
  const Spec& spec = specs_[spec_id];
  std::optional<manifest::VersionIndex> index;
  if (spec.kind == Spec::Kind::Range)
    index = manifest::pick_version(*name.packument, spec.range, pick_rules_);
  if (spec.kind == Spec::Kind::Tag)
    index = manifest::pick_tag(*name.packument, spec.tag, pick_rules_);
  std::optional<VersionId> version;
  if (index) version = name.version_id(*index);
  name.picked.push_back({spec_id, version});
  return version;
}

}  // namespace lpm::resolver
