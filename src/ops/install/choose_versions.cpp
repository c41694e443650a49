#include "ops/install/choose_versions.h"

#include <algorithm>

#include "ops/install/registry_drift.h"
#include "ops/install/spec_places.h"
#include "ops/node_version.h"
#include "os/process.h"

namespace lpm::ops::install {
namespace {

bool takes_everything(const graph::Selection& selection) {
  return selection.production && selection.development && selection.optional;
}

// A listener for when fetching must wait until the selection is known.
class IgnorePicks final : public resolver::PickListener {
 public:
  void picked(const resolver::Pick&) override {}
};

// Both sides of a merge may be right, and their union wrong.
bool is_trusted(const Project& project) {
  return project.lockfile && !project.conflict && project.lockfile->inputs.overrides.empty() &&
         project.lockfile->inputs.extensions.empty();
}

resolver::ResolveOptions resolve_options(const Session& session, const Project& project,
                                         const WantedManifest& wanted,
                                         const InstallOptions& install) {
  const config::Settings& settings = session.settings;
  resolver::ResolveOptions options;
  options.platform = host_platform();
  options.running_node = running_node_version(session.environment, settings.cache_directory());
  options.node_version = node_to_fit(session, project, wanted);
  options.engine_strict = settings.flag("engine-strict");
  options.strict_peers = settings.flag("strict-peer-deps");
  const bool leaves_peers_out = install.frozen && project.imported && !project.imported->has_peers;
  options.install_peers = !settings.flag("legacy-peer-deps") && !leaves_peers_out;
  options.trust_locked = is_trusted(project);
  options.allowed_sources = settings.list("allow-sources");
  options.own_scopes = session.registries.own_scopes();
  if (install.update) {
    options.update_all = install.update->all;
    options.update_names = install.update->names;
    options.dedupe = install.update->dedupe;
  }
  return options;
}

// A lockfile says what archives at URLs held when they were first seen.
void expect_locked_archives(const graph::DependencyGraph& graph, CacheTrust& trust) {
  for (const graph::Package& package : graph.packages)
    if (package.source.kind == graph::SourceKind::Url)
      trust.archives[package.source.locator] = package.integrity;
}

const graph::DependencyGraph* locked_graph(const Project& project) {
  if (project.imported) return &project.imported->preferred;
  return project.lockfile ? &project.lockfile->graph : nullptr;
}

LockedVersions versions_by_name(const graph::DependencyGraph& graph) {
  LockedVersions versions;
  for (const graph::Package& package : graph.packages)
    if (package.source.is_registry()) versions[package.name].push_back(package.version);
  return versions;
}

// Whether a version came from a document that may be old: of a name in the lock, but not a locked
// one.
bool has_new_version_of_locked_name(const graph::DependencyGraph& graph,
                                    const LockedVersions& locked) {
  return std::any_of(graph.packages.begin(), graph.packages.end(), [&](const auto& package) {
    const auto versions = locked.find(package.name);
    return package.source.is_registry() && versions != locked.end() &&
           std::find(versions->second.begin(), versions->second.end(), package.version) ==
               versions->second.end();
  });
}

std::vector<resolver::ImporterInput> importers_of(const Project& project,
                                                  const WantedProject& wanted) {
  std::vector<resolver::ImporterInput> importers;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    resolver::ImporterInput& input = importers.emplace_back();
    input.path = project.package(i).path;
    input.manifest = &wanted.package(i).manifest;
    for (const workspace::Link& link : wanted.package(i).links)
      input.links.push_back({link.name, link.package, link.version, link.path});
  }
  return importers;
}

// A version or tag that an answer from the cache does not know may have been published since.
bool may_be_stale(const Error& error, const registry::RegistryClient& registry) {
  const bool is_unknown = error.code == ErrorCode::NO_MATCHING_VERSION ||
                          error.code == ErrorCode::NO_SUCH_TAG || error.code == ErrorCode::ENGINE ||
                          error.code == ErrorCode::PEER_CONFLICT;
  return is_unknown && registry.statistics().metadata_from_cache > 0;
}

// From a trusted lockfile the resolver takes what is locked without asking. Otherwise what is
// locked mostly stays, so old documents of locked names do; should the resolver want more of one
// of them after all, or find nothing that fits, everything is asked anew. An update asks for what
// it updates and believes no cache.
CacheTrust cache_trust(const Project& project, const WantedProject& wanted,
                       const InstallOptions& options, const resolver::ResolveOptions& resolve) {
  CacheTrust trust;
  const bool takes_locked = resolve.trust_locked &&
                            resolver::overrides_text(wanted.manifest).empty() &&
                            resolver::extensions_text(wanted.manifest).empty();
  const bool is_update = options.update && !options.update->dedupe;
  const bool is_partial = !options.update || !options.update->all;
  const graph::DependencyGraph* locked = locked_graph(project);
  if (locked != nullptr && is_partial && (options.update || !takes_locked))
    trust.locked = versions_by_name(*locked);
  for (std::size_t i = 0; i < project.package_count(); ++i)
    for (const AddedDependency& added : wanted.package(i).added)
      if (const auto spec = manifest::parse_spec(added.name, added.asked))
        trust.locked.erase(spec->target);
  if (is_update) {
    for (const std::string& name : options.update->names) trust.locked.erase(name);
    trust.ask_anew = true;
    trust.at_hand = options.update->documents;
  }
  return trust;
}

}  // namespace

manifest::Platform host_platform() {
  return {manifest::host_os(), manifest::host_cpu(), os::libc_family()};
}

std::string node_to_fit(const Session& session, const Project& project,
                        const WantedManifest& wanted) {
  std::string asked = resolver::project_node(wanted.manifest, "");
  if (!asked.empty()) return asked;
  if (project.lockfile) return project.lockfile->inputs.node;
  return running_node_version(session.environment, session.settings.cache_directory());
}

Result<resolver::Resolution> choose_versions(const Session& session, const Project& project,
                                             const WantedProject& wanted,
                                             const InstallOptions& options, Supply& supply) {
  resolver::ResolveOptions resolve = resolve_options(session, project, wanted, options);
  // Whoever adds a repository again wants what it has now.
  for (std::size_t i = 0; i < project.package_count(); ++i)
    for (const AddedDependency& added : wanted.package(i).added)
      if (added.is_source) resolve.update_names.push_back(added.name);
  const bool fetch_now =
      takes_everything(options.selection) && !options.lockfile_only && !options.dry_run;
  IgnorePicks ignore;
  resolver::PickListener& listener =
      fetch_now ? static_cast<resolver::PickListener&>(supply.fetches()) : ignore;
  const graph::DependencyGraph* locked = locked_graph(project);
  const std::vector<resolver::ImporterInput> importers = importers_of(project, wanted);
  const auto run = [&](CacheTrust trust) {
    Result<resolver::Resolution> resolution =
        resolver::resolve(importers, locked, supply.metadata(std::move(trust)), listener, resolve);
    if (!resolution) resolution = with_place(std::move(resolution).error(), project, wanted);
    return resolution;
  };
  CacheTrust trust = cache_trust(project, wanted, options, resolve);
  if (locked != nullptr) {
    expect_locked_archives(*locked, trust);
    trust.lost_registries = lost_registries(session.registries, *locked);
    for (const std::string& alias : trust.lost_registries) resolve.own_scopes.push_back(alias);
  }
  Result<resolver::Resolution> resolution = run(trust);
  const bool stands = resolution ? !has_new_version_of_locked_name(resolution->graph, trust.locked)
                                 : !may_be_stale(resolution.error(), supply.registry());
  if (stands) return resolution;
  return run({.locked = {},
              .ask_anew = true,
              .at_hand = trust.at_hand,
              .lost_registries = trust.lost_registries,
              .archives = std::move(trust.archives)});
}

}  // namespace lpm::ops::install
