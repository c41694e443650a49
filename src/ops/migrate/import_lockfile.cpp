#include "ops/migrate/import_lockfile.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "manifest/spec.h"

namespace lpm::ops::migrate {
namespace {

using Versions = std::map<std::string, std::set<std::string>>;  // by name

constexpr std::size_t kFactsShown = 10;

Versions versions_of(const graph::DependencyGraph& graph) {
  Versions versions;
  for (const graph::Package& package : graph.packages)
    if (package.source.is_registry()) versions[package.name].insert(package.version);
  return versions;
}

bool has(const Versions& versions, const std::string& name, const std::string& version) {
  const auto found = versions.find(name);
  return found != versions.end() && found->second.contains(version);
}

bool has_source(const graph::DependencyGraph& graph, const graph::Source& source) {
  return std::any_of(graph.packages.begin(), graph.packages.end(),
                     [&](const graph::Package& package) { return package.source == source; });
}

// The first dependent of each package: "the project", or "`a@1.0.0`".
std::vector<std::string> dependents_of(const graph::DependencyGraph& graph) {
  std::vector<std::string> dependents(graph.packages.size());
  const auto note = [&](graph::PackageId target, std::string dependent) {
    if (target != graph::kNoPackage && dependents[graph::index(target)].empty())
      dependents[graph::index(target)] = std::move(dependent);
  };
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      note(edge.target,
           importer.path == "." ? "package.json" : "`" + importer.path + "/package.json`");
  for (const graph::Package& package : graph.packages)
    for (const graph::Edge& edge : package.dependencies)
      note(edge.target, "`" + package.id_without_peers() + "`");
  return dependents;
}

std::string joined(const std::set<std::string>& versions) {
  std::string text;
  for (const std::string& version : versions) text += (text.empty() ? "" : " and ") + version;
  return text;
}

// Why a version of the file is not among the chosen ones.
std::string reason_for(const graph::Package& package, const std::string& dependent,
                       const Versions& chosen) {
  const auto others = chosen.find(package.name);
  if (others == chosen.end()) return "nothing asks for it";
  const std::string instead = joined(others->second);
  if (dependent.empty())
    return fmt::format("its dependent stands at two places, and lpm gives it one version: {}",
                       instead);
  return fmt::format("the registry lacks it, or {} asks for another; chosen: {}", dependent,
                     instead);
}

// Yarn locks these as packages of their own.
std::set<std::string> bundled_names(const graph::DependencyGraph& graph) {
  std::set<std::string> names;
  for (const graph::Package& package : graph.packages)
    names.insert(package.bundled.begin(), package.bundled.end());
  return names;
}

bool asks_for(const manifest::Manifest& manifest, std::string_view name) {
  for (const manifest::StringPairs* pairs :
       {&manifest.dependencies, &manifest.dev_dependencies, &manifest.optional_dependencies}) {
    for (const auto& [alias, text] : *pairs) {
      const auto spec = manifest::parse_spec(alias, text);
      if (spec && spec->target == name) return true;
    }
  }
  return false;
}

// The first that asks for it.
const Importing* dependent_on(const std::vector<Importing>& packages, std::string_view name) {
  const auto found = std::find_if(packages.begin(), packages.end(), [&](const Importing& package) {
    return asks_for(package.manifest, name);
  });
  return found == packages.end() ? nullptr : &*found;
}

std::string_view name_of(std::string_view package) {
  return package.substr(0, package.find('@', 1));
}

}  // namespace

Result<Imported> import_lockfile(const ForeignFile& file, const std::vector<Importing>& packages) {
  LPM_TRY_ASSIGN(foreign::ForeignLock lock,
                 foreign::read_lockfile(file.format, file.text, file.name));
  for (const Importing& package : packages)
    foreign::add_importer(lock, package.path, package.manifest);
  Imported imported;
  imported.file = file.name;
  imported.format = fmt::format("{} {}", foreign::name_of(lock.format), lock.version);
  foreign::Preferred preferred = foreign::preferred_graph(lock);
  imported.preferred = std::move(preferred.graph);
  for (graph::Package& package : imported.preferred.packages)
    imported.integrities.push_back(std::exchange(package.integrity, crypto::Integrity()));
  imported.has_peers = lock.has_peers;
  imported.omissions = std::move(lock.omissions);
  std::move(preferred.omissions.begin(), preferred.omissions.end(),
            std::back_inserter(imported.omissions));
  return imported;
}

ImportReport report_of(const Imported& imported, const graph::DependencyGraph& chosen) {
  ImportReport report;
  report.file = imported.file;
  report.format = imported.format;
  const Versions before = versions_of(imported.preferred), after = versions_of(chosen);
  const std::vector<std::string> dependents = dependents_of(imported.preferred);
  const std::set<std::string> bundled = bundled_names(chosen);
  for (std::size_t i = 0; i < imported.preferred.packages.size(); ++i) {
    const graph::Package& package = imported.preferred.packages[i];
    if (!package.source.is_registry()) {
      if (has_source(chosen, package.source))
        ++report.kept;
      else
        report.not_kept.push_back({fmt::format("`{}`", package.id_without_peers()),
                                   "what package.json asks for was fetched anew"});
    } else if (has(after, package.name, package.version)) {
      ++report.kept;
    } else if (!bundled.contains(package.name) || after.contains(package.name)) {
      report.not_kept.push_back({fmt::format("`{}`", package.id_without_peers()),
                                 reason_for(package, dependents[i], after)});
    }
  }
  for (const foreign::Omission& omission : imported.omissions)
    report.not_kept.push_back({omission.what, omission.reason});
  for (const auto& [name, versions] : after)
    for (const std::string& version : versions)
      if (!has(before, name, version)) report.added.push_back(name + "@" + version);
  return report;
}

Status require_same_bytes(const Imported& imported, const graph::DependencyGraph& chosen) {
  std::map<std::string, const crypto::Integrity*> said;
  for (std::size_t i = 0; i < imported.integrities.size(); ++i)
    if (!imported.integrities[i].empty())
      said[imported.preferred.packages[i].id_without_peers()] = &imported.integrities[i];
  Error error(ErrorCode::LOCKFILE_MISMATCH,
              fmt::format("`{}` does not say what the registry says", imported.file));
  std::string last;
  for (const graph::Package& package : chosen.packages) {
    if (package.integrity.empty() || package.integrity.strongest() != crypto::Algorithm::Sha512)
      continue;
    const std::string id = package.id_without_peers();
    const auto found = said.find(id);
    if (found == said.end() || *found->second == package.integrity || id == last) continue;
    last = id;
    if (error.facts.size() < kFactsShown)
      error.facts.push_back(
          {fmt::format("`{}`", id),
           fmt::format("the file says {}, the registry {}", found->second->to_string(),
                       package.integrity.to_string())});
  }
  if (error.facts.empty()) return {};
  error.hints.push_back("look at how the file was changed; `lpm install --no-import` does without");
  return error;
}

Status require_exact(const ImportReport& report, const std::vector<Importing>& packages) {
  Error error(ErrorCode::LOCKFILE_DRIFT,
              fmt::format("`{}` cannot be followed exactly, and it is frozen", report.file));
  for (const std::string& added : report.added)
    if (const Importing* dependent = dependent_on(packages, name_of(added)))
      error.facts.push_back(
          {fmt::format("`{}`", added),
           fmt::format("{}package.json asks for it, the file does not have it",
                       dependent->path == "." ? "" : std::string(dependent->path) + "/")});
  for (const NotKept& lost : report.not_kept) error.facts.push_back({lost.what, lost.reason});
  if (error.facts.empty()) return {};
  if (error.facts.size() > kFactsShown) {
    const std::size_t more = error.facts.size() - kFactsShown;
    error.facts.resize(kFactsShown);
    error.facts.push_back({"", fmt::format("{} more", more)});
  }
  error.hints.push_back("run `lpm migrate`, look at what it says, and commit `lpm.lock`");
  return error;
}

}  // namespace lpm::ops::migrate
