#include "ops/update/candidates.h"

#include <algorithm>
#include <set>

#include "ops/install/acquire.h"
#include "ops/install/choose_versions.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "semver/semver.h"

namespace lpm::ops::update {
namespace {

using install::Documents;
using install::Project;
using manifest::DependencyKind;
using manifest::DependencySpec;

struct Wanted {
  Candidate candidate;
  DependencySpec spec;
};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string locked_version(const Project& project, const std::string& name) {
  if (!project.lockfile) return "";
  const graph::DependencyGraph& graph = project.lockfile->graph;
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (importer.path == "." && edge.name == name && edge.target != graph::kNoPackage)
        return graph[edge.target].version;
  return "";
}

// Of a name in several fields the first counts, in the resolver's order.
std::vector<Wanted> direct_dependencies(const Project& project, const CandidateOptions& options) {
  const manifest::Manifest& manifest = project.manifest;
  const std::vector<std::pair<DependencyKind, const manifest::StringPairs*>> fields = {
      {DependencyKind::Optional, &manifest.optional_dependencies},
      {DependencyKind::Production, &manifest.dependencies},
      {DependencyKind::Development, &manifest.dev_dependencies},
      {DependencyKind::Peer, &manifest.peer_dependencies}};
  std::vector<Wanted> found;
  std::set<std::string> seen;
  for (const auto& [kind, pairs] : fields) {
    const bool counts =
        options.kinds.empty() ||
        std::find(options.kinds.begin(), options.kinds.end(), kind) != options.kinds.end();
    for (const auto& [name, text] : *pairs) {
      const bool is_new = seen.insert(name).second;
      if (!is_new || !counts || (!options.names.empty() && !holds(options.names, name))) continue;
      Result<DependencySpec> spec = manifest::parse_spec(name, text);
      if (!spec || !spec->is_registry()) continue;
      Candidate candidate{name, spec->target, "", text, kind, locked_version(project, name), "", ""};
      found.push_back({std::move(candidate), *std::move(spec)});
    }
  }
  std::sort(found.begin(), found.end(), [](const Wanted& a, const Wanted& b) {
    return a.candidate.name < b.candidate.name;
  });
  return found;
}

// The documents of all the names, the missing ones from the registry.
Result<Documents> ask_for(const Session& session, const std::set<std::string>& names,
                          const Documents& at_hand) {
  install::InstallOptions options;
  options.confirm_metadata = true;
  install::Supply supply(session, options);
  resolver::MetadataSource& source = supply.metadata({{}, true, at_hand});
  for (const std::string& name : names) source.request(name);
  Documents documents;
  for (std::size_t i = 0; i < names.size(); ++i) {
    resolver::MetadataSource::Arrival arrival = source.next();
    if (!arrival.packument) return std::move(arrival.packument).error();
    documents.emplace(std::move(arrival.name), *std::move(arrival.packument));
  }
  return documents;
}

void fill_versions(Candidate& candidate, const DependencySpec& spec,
                   const manifest::Packument& packument, const manifest::PickRules& rules) {
  std::optional<manifest::VersionIndex> wanted;
  if (const auto* range = std::get_if<manifest::RangeSpec>(&spec.kind))
    wanted = manifest::pick_version(packument, range->range, rules);
  else if (const auto* tag = std::get_if<manifest::TagSpec>(&spec.kind))
    wanted = manifest::pick_tag(packument, tag->tag, rules);
  if (wanted) candidate.wanted = packument.version_text(*wanted);
  if (const auto latest = manifest::pick_tag(packument, "latest", rules))
    candidate.latest = packument.version_text(*latest);
}

}  // namespace

Result<Candidates> find_candidates(const Session& session, const CandidateOptions& options) {
  LPM_TRY(install::require_manifest(session));
  LPM_TRY_ASSIGN(const Project project, install::load_project(session));
  std::vector<Wanted> wanted = direct_dependencies(project, options);
  std::set<std::string> names;
  for (const Wanted& one : wanted) names.insert(one.candidate.package);
  Candidates found;
  LPM_TRY_ASSIGN(found.documents, ask_for(session, names, options.documents));
  install::WantedManifest unchanged;
  unchanged.manifest = project.manifest;
  const auto node = semver::Version::parse(install::node_to_fit(session, project, unchanged));
  manifest::PickRules rules;
  rules.node = node ? &*node : nullptr;
  for (Wanted& one : wanted) {
    const manifest::Packument& packument = *found.documents.at(one.candidate.package);
    fill_versions(one.candidate, one.spec, packument, rules);
    found.list.push_back(std::move(one.candidate));
  }
  return found;
}

}  // namespace lpm::ops::update
