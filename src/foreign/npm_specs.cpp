#include "foreign/npm_specs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "graph/source_text.h"
#include "semver/semver.h"

namespace lpm::foreign {
namespace {

using graph::AppliedRule;
using graph::PackageId;

const std::string* text_for(const manifest::StringPairs& pairs, std::string_view name) {
  for (const auto& [key, text] : pairs)
    if (key == name) return &text;
  return nullptr;
}

const AppliedRule* rule_for(const std::vector<AppliedRule>& rules, std::string_view name) {
  for (const AppliedRule& rule : rules)
    if (rule.name == name) return &rule;
  return nullptr;
}

// npm has `overrides` of its own and applies them again.
bool is_of_npm(const AppliedRule& rule) {
  return rule.kind == AppliedRule::Kind::Overridden && rule.rule.starts_with("overrides ");
}

}  // namespace

bool admits(std::string_view range, std::string_view version) {
  const auto parsed = semver::Range::parse(range);
  const auto present = semver::Version::parse(version);
  return !parsed || !present || parsed->contains(*present);
}

std::string NpmSpecs::exact(const graph::Edge& edge) const {
  const graph::Package& target = source_.graph[edge.target];
  if (auto text = graph::text_of(target.source)) return *text;
  if (target.source.kind == graph::SourceKind::Workspace) return "*";
  return edge.name == target.name ? target.version
                                  : fmt::format("npm:{}@{}", target.name, target.version);
}

std::string NpmSpecs::spec_of(PackageId id, const graph::Edge& edge) {
  const graph::Package& package = source_.graph[id];
  const AppliedRule* rule = rule_for(package.rules, edge.name);
  if (rule != nullptr && !is_of_npm(*rule)) {
    tell(fmt::format("`{}`", rule->rule), "npm has no such rule; its outcome is written");
    return exact(edge);
  }
  if (rule != nullptr) return rule->from;
  const PackageFacts* facts = facts_of(id);
  if (facts == nullptr) return exact(edge);
  const std::string* text = text_for(facts->dependencies, edge.name);
  if (text == nullptr) text = text_for(facts->optional_dependencies, edge.name);
  if (text == nullptr) return exact(edge);
  const graph::Package& target = source_.graph[edge.target];
  const bool is_plain = target.source.is_registry() && edge.name == target.name;
  return is_plain && !admits(*text, target.version) ? exact(edge) : *text;
}

NpmSpecs::Maps NpmSpecs::of(PackageId id) {
  const graph::Package& package = source_.graph[id];
  Maps maps;
  for (const graph::Edge& edge : package.dependencies) {
    if (needs_.is_peer(id, edge.name)) continue;
    // Of what exists for no platform npm would say that it is missing from the file.
    if (edge.target == graph::kNoPackage) continue;
    Map& map = edge.optional ? maps.optional : maps.dependencies;
    map.emplace(edge.name, spec_of(id, edge));
  }
  if (const PackageFacts* facts = facts_of(id)) {
    for (const std::string& name : package.bundled)
      if (const std::string* text = text_for(facts->dependencies, name))
        maps.dependencies.emplace(name, *text);
  }
  return maps;
}

bool NpmSpecs::is_supplied(PackageId id, std::string_view peer) const {
  const auto& edges = source_.graph[id].dependencies;
  return std::any_of(edges.begin(), edges.end(), [&](const graph::Edge& edge) {
    return edge.name == peer && edge.target != graph::kNoPackage;
  });
}

NpmSpecs::Map NpmSpecs::peers_of(PackageId id) {
  const graph::Package& package = source_.graph[id];
  Map ranges;
  for (const graph::PeerDeclaration& peer : package.peers) {
    std::string& range = ranges[peer.name] = peer.range;
    const auto edge = std::find_if(package.dependencies.begin(), package.dependencies.end(),
                                   [&](const graph::Edge& one) { return one.name == peer.name; });
    if (edge == package.dependencies.end() || edge->target == graph::kNoPackage) {
      if (!peer.optional && !source_.legacy_peers)
        tell(fmt::format("`{}`", package.id_without_peers()),
             fmt::format("its peer `{}@{}` is not in lpm.lock", peer.name, peer.range));
      continue;
    }
    const graph::Package& found = source_.graph[edge->target];
    if (admits(peer.range, found.version)) continue;
    tell(fmt::format("`{}`", package.id_without_peers()),
         fmt::format("its peer `{}@{}` is written as `{}`, which it gets", peer.name, peer.range,
                     found.version));
    range = exact(*edge);
  }
  return ranges;
}

void NpmSpecs::tell_of(const std::string& file, const manifest::Manifest& manifest) {
  constexpr auto kForeign = std::to_array<std::string_view>({"workspace:", "catalog:", "link:"});
  for (const manifest::StringPairs* pairs :
       {&manifest.dependencies, &manifest.dev_dependencies, &manifest.optional_dependencies})
    for (const auto& [name, spec] : *pairs)
      for (const std::string_view prefix : kForeign)
        if (spec.starts_with(prefix))
          tell(fmt::format("`{}: {}` of {}", name, spec, file),
               fmt::format("npm does not know `{}`", prefix));
}

std::vector<Omission> NpmSpecs::take_omissions() {
  for (const graph::Importer& importer : source_.graph.importers) {
    for (const AppliedRule& rule : importer.rules)
      if (!is_of_npm(rule))
        tell(fmt::format("`{}`", rule.rule),
             fmt::format("npm has no such rule and would install `{}@{}`", rule.name, rule.from));
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (edge.target == graph::kNoPackage)
        tell(fmt::format("`{}`", edge.name), "is for no platform, and npm asks for an entry");
  }
  std::vector<Omission> omissions;
  for (const auto& [what, reason] : told_) omissions.push_back({what, reason, 0});
  told_.clear();
  return omissions;
}

}  // namespace lpm::foreign
