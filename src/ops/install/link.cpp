#include "ops/install/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "linker/linker.h"
#include "linker/marker.h"
#include "ops/install/also.h"
#include "ops/install/source_drift.h"
#include "ops/interrupt.h"
#include "ops/machine_key.h"
#include "os/files.h"

namespace lpm::ops::install {
namespace {

Status set_old_trees_aside(const Project& project) {
  const std::string trash = project.directory + "/.lpm/trash";
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const std::string tree = project.package(i).directory + "/node_modules";
    if (os::stamp_link(tree).type == os::FileType::Missing) continue;
    LPM_TRY(os::make_directories(trash));
    LPM_TRY(os::rename_path(tree, fmt::format("{}/{}", trash, os::unique_suffix())));
  }
  return {};
}

// A path in a manifest; the planner refuses those that leave the folder.
std::string plain_path(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return std::string(path);
}

// Commands of the members that others depend on.
std::vector<linker::FolderBins> bins_of_members(const Project& project,
                                                const graph::DependencyGraph& graph) {
  std::map<std::string_view, const manifest::Manifest*> manifests;
  for (std::size_t i = 0; i < project.package_count(); ++i)
    manifests[project.package(i).path] = &project.package(i).manifest;
  std::vector<linker::FolderBins> all;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    if (package.source.kind != graph::SourceKind::Workspace) continue;
    const auto manifest = manifests.find(package.source.locator);
    if (manifest == manifests.end() || manifest->second->bins.empty()) continue;
    linker::FolderBins& folder = all.emplace_back();
    folder.id = graph::PackageId{i};
    for (const auto& [command, path] : manifest->second->bins)
      folder.bins.push_back({command, plain_path(path)});
  }
  return all;
}

// A member that needs no node_modules gets none; one that lpm made is kept in step.
bool needs_no_tree(const linker::LinkPlan& plan, const std::string& folder) {
  return plan.links.empty() && plan.shims.empty() &&
         os::stamp_link(folder + "/node_modules/.lpm").type == os::FileType::Missing;
}

// A node_modules that a folder of the project has and that is a link could lead anywhere.
bool is_own_place(const std::string& folder) {
  const os::FileType type = os::stamp_link(folder + "/node_modules").type;
  return type == os::FileType::Missing || type == os::FileType::Directory;
}

// Folders of the project that `file:` links get their dependencies into their own node_modules.
Status link_folders(const Session& session, const Project& project, const Acquired& acquired,
                    linker::LinkOptions link, Linked& linked) {
  const graph::DependencyGraph& graph = acquired.lockfile.graph;
  const sources::Options options = source_options(session);
  link.state = project.directory + "/.lpm";
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    if (package.source.kind != graph::SourceKind::Link || !acquired.reached.installed[i]) continue;
    const std::string& place = package.source.locator;
    link.project = project.directory + "/" + place;
    const bool had_some = os::exists(link.project + "/node_modules/.lpm");
    if ((package.dependencies.empty() && !had_some) || !sources::is_inside_project(options, place))
      continue;
    if (!is_own_place(link.project))
      return Error(ErrorCode::LINK, fmt::format("`{}/node_modules` is no folder of its own", place))
          .at(link.project + "/node_modules")
          .hint("remove it, or link the folder by `link:` to leave it alone");
    const linker::LinkPlan plan = linker::plan_linked_folder(graph, acquired.reached.installed,
                                                             acquired.entries, graph::PackageId{i});
    LPM_TRY_ASSIGN(const linker::LinkResult made,
                   linker::execute(plan, graph, acquired.entries, session.pool, link));
    linked.trees += fmt::format("{} {}\n", place, made.tree);
    linked.warnings.insert(linked.warnings.end(), plan.warnings.begin(), plan.warnings.end());
    for (const std::string& folder : linker::owned_folders(plan))
      linked.folders.push_back(link.project + "/" + folder);
  }
  return {};
}

Result<Linked> plan_and_execute(const Session& session, const Project& project,
                                const InstallOptions& options, const Acquired& acquired) {
  const graph::DependencyGraph& graph = acquired.lockfile.graph;
  std::vector<linker::LinkPlan> plans =
      linker::plan_importers(graph, acquired.reached.installed, acquired.entries, options.selection,
                             bins_of_members(project, graph));
  project.patches.add_to(plans.front(), graph);
  linker::LinkOptions link;
  link.state = project.directory + "/.lpm";
  link.verify =
      options.force || options.verify_store || options.node_modules == NodeModules::Replace;
  link.planned_only = options.node_modules == NodeModules::Prune;
  Linked linked;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const std::string& path = graph.importers[i].path;
    link.project = path == "." ? project.directory : project.directory + "/" + path;
    if (path != "." && needs_no_tree(plans[i], link.project)) continue;
    LPM_TRY_ASSIGN(const linker::LinkResult made,
                   linker::execute(plans[i], graph, acquired.entries, session.pool, link));
    linked.trees += fmt::format("{} {}\n", path, made.tree);
    linked.packages += plans[i].packages.size();
    linked.packages_gone += made.packages_removed;
    for (const std::string& stray : made.strays)
      linked.strays.push_back((path == "." ? "" : path + "/") + "node_modules/" + stray);
    for (const std::string& warning : plans[i].warnings)
      linked.warnings.push_back(path == "." ? warning : fmt::format("{}: {}", path, warning));
    for (const std::string& folder : linker::owned_folders(plans[i]))
      linked.folders.push_back(link.project + "/" + folder);
  }
  link.planned_only = false;  // those folders may have other users
  LPM_TRY(link_folders(session, project, acquired, link, linked));
  for (std::string& warning : project.patches.unused(graph))
    linked.warnings.push_back(std::move(warning));
  linker::write_marker(project.directory + "/node_modules", linked.trees);
  return linked;
}

// Scripts that an install of a published package runs; `prepare` is for its own work tree.
bool has_install_script(const store::PackageIndex& index) {
  return std::any_of(index.install_scripts.begin(), index.install_scripts.end(),
                     [](const auto& script) { return script.first.ends_with("install"); });
}

void note_entries(const Acquired& acquired, Linked& linked) {
  const graph::DependencyGraph& graph = acquired.lockfile.graph;
  for (std::size_t i = 0; i < acquired.entries.size(); ++i) {
    if (acquired.entries[i] == nullptr) continue;
    linked.skipped_archive_entries += acquired.entries[i]->index.skipped_entries;
    if (has_install_script(acquired.entries[i]->index))
      linked.with_scripts.push_back(graph.packages[i].id_without_peers());
  }
  std::sort(linked.with_scripts.begin(), linked.with_scripts.end());
  linked.with_scripts.erase(std::unique(linked.with_scripts.begin(), linked.with_scripts.end()),
                            linked.with_scripts.end());
}

bool names(const Error& error, const graph::Package& package) {
  return std::any_of(error.facts.begin(), error.facts.end(), [&](const Fact& fact) {
    return fact.label == "package" && fact.text == package.id_without_peers();
  });
}

// Fetches the entries that the linker found damaged. False when the error names none of ours.
Result<bool> renew_damaged_entries(Supply& supply, Acquired& acquired, const Error& error) {
  const graph::DependencyGraph& graph = acquired.lockfile.graph;
  bool any = false;
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    if (acquired.entries[i] == nullptr || !names(error, package)) continue;
    supply.store().discard(*acquired.entries[i]);
    acquired.entries[i] = nullptr;
    supply.fetches().refetch(wish_for(package, /*from_lockfile=*/true));
    any = true;
  }
  LPM_TRY(supply.fetches().wait([&supply] { supply.tick(); }));
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (acquired.reached.installed[i] &&
        graph.packages[i].source.kind != graph::SourceKind::Workspace)
      acquired.entries[i] = supply.fetches().entry(graph.packages[i]);
  return any;
}

}  // namespace

Result<StoreUse> use_store(const Session& session, const InstallOptions& options) {
  StoreUse use;
  if (options.dry_run || (options.lockfile_only && !needs_store_for_others(session))) return use;
  const std::string folder = session.settings.lpm_home() + "/store";
  os::LockOptions lock;
  lock.mode = os::LockMode::Shared;
  lock.wait = options.wait_for_lock;
  lock.command = options.command;
  lock.on_wait = [&session](const std::optional<os::LockOwner>&) {
    session.reporter.note("waiting for another lpm that cleans the store");
  };
  Result<os::FileLock> taken = os::FileLock::acquire(folder + "/.lock", lock);
  if (!taken) return before_any_change(std::move(taken).error());
  use.lock.emplace(std::move(*taken));
  return use;
}

Result<Linked> link_project(const Session& session, const Project& project,
                            const InstallOptions& options, Supply& supply, Acquired& acquired) {
  if (options.node_modules == NodeModules::Replace) LPM_TRY(set_old_trees_aside(project));
  constexpr int kRenewals = 16;  // damaged entries mended in one run before giving up
  for (int attempt = 0;; ++attempt) {
    Result<Linked> linked = plan_and_execute(session, project, options, acquired);
    if (linked) {
      note_entries(acquired, *linked);
      linked->files = files_of_sources(session, acquired.lockfile.graph);
      for (std::string& path : project.patches.files()) linked->files.push_back(std::move(path));
      return linked;
    }
    if (linked.error().code != ErrorCode::STORE_DAMAGED || attempt == kRenewals) return linked;
    LPM_TRY_ASSIGN(const bool renewed, renew_damaged_entries(supply, acquired, linked.error()));
    if (!renewed) return linked;
  }
}

Status write_lock_image(const Session& session, const Project& project, const Acquired& acquired,
                        std::string_view lockfile_text) {
  const std::string path = fmt::format("{}/{}", project.directory, kLockImage);
  const std::string key = machine_key(session.settings.lpm_home());
  if (key.empty()) return {};
  if (acquired.used_lockfile)
    if (const Result<PaddedBuffer> present = os::read_padded(path))
      if (lockfile::read_image(present->bytes(), lockfile_text, key)) return {};
  (void)os::write_file_atomic(path, lockfile::write_image(acquired.lockfile, lockfile_text, key),
                              os::Durability::None);
  return {};
}

}  // namespace lpm::ops::install
