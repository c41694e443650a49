#include "ops/update/candidates.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

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
      Candidate candidate{name, spec->target, "", text, kind, locked_version(project, name), "",
                          ""};
      found.push_back({std::move(candidate), *std::move(spec)});
    }
  }
  return found;
}

// The documents of the names, those not at hand from the registry. Of several errors the first by
// name, each time the same.
Result<Documents> ask_for(const Session& session, const std::set<std::string>& names,
                          const Documents& at_hand, std::vector<std::string>& unknown) {
  install::InstallOptions options;
  options.confirm_metadata = true;
  install::Supply supply(session, options);
  resolver::MetadataSource& source =
      supply.metadata({.locked = {}, .ask_anew = true, .at_hand = at_hand, .archives = {}});
  for (const std::string& name : names) source.request(name);
  Documents documents;
  std::map<std::string, Error> errors;
  for (std::size_t i = 0; i < names.size(); ++i) {
    resolver::MetadataSource::Arrival arrival = source.next();
    if (arrival.packument)
      documents.emplace(std::move(arrival.name), *std::move(arrival.packument));
    else if (arrival.name.empty())
      return std::move(arrival.packument).error();
    else
      errors.emplace(std::move(arrival.name), std::move(arrival.packument).error());
  }
  for (auto& [name, error] : errors) {
    if (error.code != ErrorCode::PACKAGE_NOT_FOUND) return std::move(error);
    unknown.push_back(name);
  }
  return documents;
}

// The dependencies of packages have their ranges in their dependents' documents.
std::set<std::string> names_of_dependents(const Project& project, const CandidateOptions& options) {
  std::set<std::string> names;
  if (!options.transitive || !project.lockfile) return names;
  for (const graph::Package& package : project.lockfile->graph.packages)
    for (const graph::Edge& edge : package.dependencies)
      if (options.names.empty() || holds(options.names, edge.name)) names.insert(package.name);
  return names;
}

std::vector<Wanted> dependencies_of(const graph::DependencyGraph& graph,
                                    const graph::Package& package,
                                    const manifest::Packument& packument,
                                    const CandidateOptions& options) {
  std::vector<Wanted> found;
  const auto version = packument.find_version(package.version);
  if (!version) return found;
  const auto add = [&](const std::vector<manifest::NameAndText>& pairs, DependencyKind kind) {
    for (const auto& [name, text] : pairs) {
      const auto edge = std::find_if(package.dependencies.begin(), package.dependencies.end(),
                                     [&](const graph::Edge& e) { return e.name == name; });
      Result<DependencySpec> spec = manifest::parse_spec(name, text);
      const bool counts = options.names.empty() || holds(options.names, std::string(name));
      if (!counts || edge == package.dependencies.end() || edge->target == graph::kNoPackage ||
          !spec || !spec->is_registry())
        continue;
      Candidate candidate{std::string(name),
                          spec->target,
                          package.id_without_peers(),
                          std::string(text),
                          kind,
                          graph[edge->target].version,
                          "",
                          ""};
      found.push_back({std::move(candidate), *std::move(spec)});
    }
  };
  add(packument.dependencies(*version), DependencyKind::Production);
  add(packument.optional_dependencies(*version), DependencyKind::Optional);
  return found;
}

void add_transitive(const Project& project, const Documents& documents,
                    const CandidateOptions& options, std::vector<Wanted>& wanted) {
  std::set<std::string> seen;  // of packages with several peer contexts one counts
  for (const graph::Package& package : project.lockfile->graph.packages) {
    const auto document = documents.find(package.name);
    const bool is_known = package.source.kind == graph::SourceKind::Registry &&
                          document != documents.end() &&
                          seen.insert(package.id_without_peers()).second;
    if (!is_known) continue;
    for (Wanted& one :
         dependencies_of(project.lockfile->graph, package, *document->second, options))
      wanted.push_back(std::move(one));
  }
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
  Candidates found;
  std::vector<Wanted> wanted = direct_dependencies(project, options);
  const std::set<std::string> dependents = names_of_dependents(project, options);
  if (!dependents.empty()) {
    LPM_TRY_ASSIGN(found.documents, ask_for(session, dependents, options.documents, found.unknown));
    add_transitive(project, found.documents, options, wanted);
  }
  std::set<std::string> names;
  for (const Wanted& one : wanted) names.insert(one.candidate.package);
  Documents at_hand = found.documents.empty() ? options.documents : found.documents;
  LPM_TRY_ASSIGN(Documents documents, ask_for(session, names, at_hand, found.unknown));
  found.documents.merge(documents);
  install::WantedManifest unchanged;
  unchanged.manifest = project.manifest;
  const auto node = semver::Version::parse(install::node_to_fit(session, project, unchanged));
  manifest::PickRules rules;
  rules.node = node ? &*node : nullptr;
  for (Wanted& one : wanted) {
    const auto document = found.documents.find(one.candidate.package);
    if (document == found.documents.end()) continue;
    fill_versions(one.candidate, one.spec, *document->second, rules);
    found.list.push_back(std::move(one.candidate));
  }
  std::sort(found.list.begin(), found.list.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.name, a.dependent) < std::tie(b.name, b.dependent);
  });
  return found;
}

}  // namespace lpm::ops::update
