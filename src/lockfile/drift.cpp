// Where a manifest and its locked importer part.
#include <algorithm>
#include <map>

#include "lockfile/lockfile.h"
#include "manifest/spec.h"

namespace lpm::lockfile {
namespace {

using manifest::DependencyKind;

struct Wish {
  std::string_view spec;
  DependencyKind kind;
};
using Wishes = std::map<std::string_view, Wish>;

// A name that stands in several fields counts once, as in resolution: optional, production,
// development, peer.
Wishes wishes_of(const manifest::Manifest& manifest, bool own_peers) {
  Wishes wishes;
  const auto add = [&wishes](const manifest::StringPairs& pairs, DependencyKind kind) {
    for (const auto& [name, spec] : pairs) wishes.insert({name, {spec, kind}});
  };
  add(manifest.optional_dependencies, DependencyKind::Optional);
  add(manifest.dependencies, DependencyKind::Production);
  add(manifest.dev_dependencies, DependencyKind::Development);
  if (!own_peers) return wishes;
  const std::vector<std::string>& optional = manifest.optional_peers;
  for (const auto& [name, spec] : manifest.peer_dependencies)
    if (std::find(optional.begin(), optional.end(), name) == optional.end())
      wishes.insert({name, {spec, DependencyKind::Peer}});
  return wishes;
}

// The kind belongs to the wish: a dependency that moved to devDependencies is another lockfile.
std::string described(std::string_view spec, DependencyKind kind, bool with_kind) {
  std::string text(spec);
  if (with_kind) text.append(" (").append(manifest::field_of(kind)).append(")");
  return text;
}

// A rule of the project removed the dependency: docs/formats/lockfile.md.
bool is_removed(const graph::Importer& importer, std::string_view name, std::string_view spec) {
  return std::any_of(importer.rules.begin(), importer.rules.end(),
                     [&](const auto& rule) { return rule.name == name && rule.from == spec; });
}

// Whether the locked version is one that the specifier asks for, where versions can tell. Overrides
// may want another.
bool is_wished(const Lockfile& lockfile, const graph::ImporterEdge& edge) {
  if (edge.target == graph::kNoPackage || !lockfile.inputs.overrides.empty()) return true;
  const graph::Package& package = lockfile.graph[edge.target];
  const auto spec = manifest::parse_spec(edge.name, edge.spec);
  if (!spec || !spec->is_registry() || !package.source.is_registry()) return true;
  const auto* range = std::get_if<manifest::RangeSpec>(&spec->kind);
  if (spec->target != package.name) return false;
  if (range == nullptr || range->range.is_any()) return true;
  const auto version = semver::Version::parse(package.version);
  return version && range->range.contains(*version);
}

}  // namespace

std::vector<Drift> drift(const Lockfile& lockfile, std::string_view importer_path,
                         const manifest::Manifest& manifest, bool own_peers) {
  std::vector<Drift> drifts;
  const std::string importer(importer_path);
  Wishes wishes = wishes_of(manifest, own_peers);
  const auto& importers = lockfile.graph.importers;
  const auto locked = std::find_if(importers.begin(), importers.end(),
                                   [&](const auto& entry) { return entry.path == importer_path; });
  if (locked != importers.end()) {
    for (const graph::ImporterEdge& edge : locked->dependencies) {
      const auto wish = wishes.find(edge.name);
      if (wish == wishes.end()) {
        // A peer that was installed for a dependency stays as long as the rest does.
        if (edge.kind != DependencyKind::Peer)
          drifts.push_back({importer, edge.name, edge.spec, ""});
        continue;
      }
      const bool same_kind = wish->second.kind == edge.kind;
      if (wish->second.spec != edge.spec || !same_kind)
        drifts.push_back({importer, edge.name, described(edge.spec, edge.kind, !same_kind),
                          described(wish->second.spec, wish->second.kind, !same_kind)});
      else if (!is_wished(lockfile, edge))
        drifts.push_back({importer, edge.name,
                          edge.spec + " at " + lockfile.graph[edge.target].id_without_peers(),
                          std::string(wish->second.spec)});
      wishes.erase(wish);
    }
  }
  for (const auto& [name, wish] : wishes)
    if (locked == importers.end() || !is_removed(*locked, name, wish.spec))
      drifts.push_back({importer, std::string(name), "", std::string(wish.spec)});
  std::sort(drifts.begin(), drifts.end(),
            [](const Drift& a, const Drift& b) { return a.name < b.name; });
  return drifts;
}

}  // namespace lpm::lockfile
