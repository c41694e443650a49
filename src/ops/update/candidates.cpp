#include "ops/update/candidates.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "ops/install/acquire.h"
#include "ops/install/choose_versions.h"
#include "ops/update/scope.h"
#include "semver/semver.h"

namespace lpm::ops::update {
namespace {

using install::Documents;
using manifest::DependencyKind;
using manifest::DependencySpec;

struct Wanted {
  Candidate candidate;
  DependencySpec spec;
};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string locked_version(const Scope& scope, const Direct& direct) {
  if (!scope.project.lockfile) return "";
  const graph::DependencyGraph& graph = scope.project.lockfile->graph;
  for (const graph::Importer& importer : graph.importers)
    if (importer.path == direct.importer)
      for (const graph::ImporterEdge& edge : importer.dependencies)
        if (edge.name == direct.name && edge.target != graph::kNoPackage)
          return graph[edge.target].version;
  return "";
}

std::vector<Wanted> of_the_project(const Scope& scope, const CandidateOptions& options) {
  std::vector<Wanted> found;
  for (const Direct& direct : direct_dependencies(scope, options.kinds)) {
    if (!options.names.empty() && !holds(options.names, std::string(direct.name))) continue;
    Result<DependencySpec> spec = manifest::parse_spec(direct.name, direct.spec);
    if (!spec || !spec->is_registry()) continue;
    Candidate candidate;
    candidate.name = direct.name;
    candidate.package = spec->target;
    candidate.importer = direct.importer;
    candidate.spec = direct.spec;
    candidate.kind = direct.kind;
    candidate.current = locked_version(scope, direct);
    found.push_back({std::move(candidate), *std::move(spec)});
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

// Packages whose dependencies count, too. These have their ranges in their dependents' documents.
std::vector<const graph::Package*> dependents_in(const Scope& scope,
                                                 const CandidateOptions& options) {
  std::vector<const graph::Package*> found;
  if (!options.transitive || !scope.project.lockfile) return found;
  const std::vector<graph::Package>& packages = scope.project.lockfile->graph.packages;
  const std::vector<bool> needed = scope.needed();
  std::set<std::string> seen;  // of packages with several peer contexts one counts
  for (std::size_t i = 0; i < packages.size(); ++i) {
    const graph::Package& package = packages[i];
    const bool asks = std::any_of(package.dependencies.begin(), package.dependencies.end(),
                                  [&](const graph::Edge& edge) {
                                    return options.names.empty() || holds(options.names, edge.name);
                                  });
    if (needed[i] && asks && package.source.is_registry() &&
        seen.insert(package.id_without_peers()).second)
      found.push_back(&package);
  }
  return found;
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
      Candidate candidate;
      candidate.name = name;
      candidate.package = spec->target;
      candidate.dependent = package.id_without_peers();
      candidate.spec = text;
      candidate.kind = kind;
      candidate.current = graph[edge->target].version;
      found.push_back({std::move(candidate), *std::move(spec)});
    }
  };
  add(packument.dependencies(*version), DependencyKind::Production);
  add(packument.optional_dependencies(*version), DependencyKind::Optional);
  return found;
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
  LPM_TRY_ASSIGN(const Scope scope, load_scope(session, options.members));
  Candidates found;
  std::vector<Wanted> wanted = of_the_project(scope, options);
  const std::vector<const graph::Package*> dependents = dependents_in(scope, options);
  if (!dependents.empty()) {
    std::set<std::string> names;
    for (const graph::Package* package : dependents) names.insert(package->name);
    LPM_TRY_ASSIGN(found.documents, ask_for(session, names, options.documents, found.unknown));
  }
  for (const graph::Package* package : dependents) {
    const auto document = found.documents.find(package->name);
    if (document == found.documents.end()) continue;
    for (Wanted& one :
         dependencies_of(scope.project.lockfile->graph, *package, *document->second, options))
      wanted.push_back(std::move(one));
  }
  std::set<std::string> names;
  for (const Wanted& one : wanted) names.insert(one.candidate.package);
  Documents at_hand = found.documents.empty() ? options.documents : found.documents;
  LPM_TRY_ASSIGN(Documents documents, ask_for(session, names, at_hand, found.unknown));
  found.documents.merge(documents);
  const auto node =
      semver::Version::parse(install::node_to_fit(session, scope.project, scope.written));
  manifest::PickRules rules;
  rules.node = node ? &*node : nullptr;
  for (Wanted& one : wanted) {
    const auto document = found.documents.find(one.candidate.package);
    if (document == found.documents.end()) continue;
    fill_versions(one.candidate, one.spec, *document->second, rules);
    found.list.push_back(std::move(one.candidate));
  }
  std::sort(found.list.begin(), found.list.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.name, a.dependent, a.importer) < std::tie(b.name, b.dependent, b.importer);
  });
  return found;
}

}  // namespace lpm::ops::update
