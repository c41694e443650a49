#include "ops/global/stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/json.h"
#include "lockfile/lockfile.h"
#include "manifest/manifest.h"
#include "ops/global/change.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

using install::InstallOptions;
using install::InstallResult;

// The install that runs in a root knows nothing of where the user is.
Session session_in(const Session& session, const std::string& folder) {
  return Session{session.settings, session.registries,  session.reporter,
                 session.pool,     session.environment, folder,
                 folder,           session.user_agent,  session.test_mode};
}

InstallOptions root_options(const InstallOptions& options) {
  InstallOptions result = options;
  result.ignore_scripts = true;  // a root has none
  return result;
}

Status write_root_manifest(const std::string& root, const Wish& wish) {
  formats::json::Writer json;
  json.begin_object().key("private").value(true).key("dependencies").begin_object();
  json.key(wish.name).value(wish.spec).end_object().end_object();
  return os::write_file(root + "/package.json", json.take());
}

Result<lockfile::Lockfile> read_root_lock(const std::string& root) {
  LPM_TRY_ASSIGN(const std::string text, os::read_file(root + "/lpm.lock"));
  return lockfile::parse_lockfile(text, "lpm.lock");
}

// The graph without the wording of the wish.
Result<graph::DependencyGraph> read_choice(const std::string& root) {
  LPM_TRY_ASSIGN(lockfile::Lockfile lock, read_root_lock(root));
  for (graph::Importer& importer : lock.graph.importers)
    for (graph::ImporterEdge& edge : importer.dependencies) edge.spec.clear();
  return std::move(lock.graph);
}

Result<std::string> locked_version(const std::string& root, const std::string& name) {
  LPM_TRY_ASSIGN(const lockfile::Lockfile lock, read_root_lock(root));
  for (const graph::ImporterEdge& edge : lock.graph.importers.front().dependencies)
    if (edge.name == name && edge.target != graph::kNoPackage)
      return lock.graph[edge.target].version;
  return Error(ErrorCode::INTERNAL, fmt::format("the root of `{}` does not hold it", name));
}

// Those of the package itself, not of peers beside it.
Result<std::vector<std::string>> commands_of(const std::string& root, const std::string& name) {
  const std::string folder = root + "/node_modules/.bin";
  std::vector<std::string> commands;
  if (!os::exists(folder)) return commands;
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(folder));
  for (const os::DirectoryEntry& entry : entries) {
    const Result<std::string> target = os::read_symlink(folder + "/" + entry.name);
    if (target && target->starts_with("../" + name + "/") && is_plain_command(entry.name))
      commands.push_back(entry.name);
  }
  return commands;
}

bool is_same_choice(const Places& places, const std::string& root, const GlobalPackage& present) {
  const std::string old_root = places.root(present.root);
  const auto chosen = read_choice(root);
  const auto old_choice = read_choice(old_root);
  if (!chosen || !old_choice || !(*chosen == *old_choice)) return false;
  const auto is_there = [&](const std::string& command) {
    return os::exists(fmt::format("{}/node_modules/.bin/{}", old_root, command));
  };
  return os::exists(fmt::format("{}/node_modules/{}/package.json", old_root, present.name)) &&
         std::all_of(present.commands.begin(), present.commands.end(), is_there) &&
         std::all_of(present.withheld.begin(), present.withheld.end(), is_there);
}

Staged unchanged(const GlobalPackage& present, const Wish& wish) {
  Staged staged{present, {}, true};
  staged.package.spec = wish.spec;
  GlobalPackage& package = staged.package;
  package.commands.insert(package.commands.end(), package.withheld.begin(), package.withheld.end());
  std::sort(package.commands.begin(), package.commands.end());
  package.withheld.clear();
  return staged;
}

// A URL's user and password are nobody's business.
std::string without_credentials(const std::string& argument) {
  const std::size_t scheme = argument.find("://");
  const std::size_t at = argument.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return argument;
  return argument.substr(0, scheme + 3) + argument.substr(at + 1);
}

Result<InstallResult> install_in(const Session& session, const std::string& root, const Wish& wish,
                                 const InstallOptions& options) {
  Result<InstallResult> result = install::install(session_in(session, root), options);
  if (result) return result;
  Error& error = result.error();
  if (error.code == ErrorCode::INTERRUPTED) error.what = kStopped;
  error.context.push_back(fmt::format("for the global package `{}`", wish.name));
  for (std::string& hint : error.hints)
    hint = replace_all(std::move(hint), "`lpm install ", "`lpm install -g ");
  return result;
}

}  // namespace

Result<Wish> read_wish(const std::string& argument, const std::string& default_tag) {
  const auto refusal = [&] {
    return Error(ErrorCode::UNSUPPORTED_SPEC,
                 fmt::format("`{}` cannot be installed globally: not a package of the registry",
                             without_credentials(argument)))
        .hint(
            "install it into a project, or name a package of the registry, for example "
            "`lpm install -g typescript@5`");
  };
  const Result<manifest::PackageArgument> parsed = manifest::parse_package_argument(argument);
  if (!parsed) return parsed.error();
  if (parsed->name.empty()) return refusal();
  Wish wish{parsed->name, parsed->spec.empty() ? default_tag : printable(parsed->spec)};
  LPM_TRY_ASSIGN(const manifest::DependencySpec spec, manifest::parse_spec(wish.name, wish.spec));
  if (!spec.is_registry()) return refusal();
  return wish;
}

Result<Staged> stage_package(const Session& session, const Places& places, const Wish& wish,
                             const std::string& root, const GlobalPackage* present,
                             const InstallOptions& options) {
  const std::string folder = places.root(root);
  LPM_TRY(write_root_manifest(folder, wish));
  InstallOptions in_root = root_options(options);
  if (present != nullptr && !options.force) {
    in_root.lockfile_only = true;
    LPM_TRY_ASSIGN(const InstallResult chosen, install_in(session, folder, wish, in_root));
    if (is_same_choice(places, folder, *present)) return unchanged(*present, wish);
    in_root.lockfile_only = false;
  }
  Staged staged;
  LPM_TRY_ASSIGN(staged.result, install_in(session, folder, wish, in_root));
  staged.package = {wish.name, wish.spec, "", root, {}, {}};
  LPM_TRY_ASSIGN(staged.package.version, locked_version(folder, wish.name));
  LPM_TRY_ASSIGN(staged.package.commands, commands_of(folder, wish.name));
  return staged;
}

Result<Staged> preview_package(const Session& session, const Places& places, const Wish& wish,
                               const std::string& root, const InstallOptions& options) {
  const std::string folder = places.root(root);
  LPM_TRY(write_root_manifest(folder, wish));
  LPM_TRY_ASSIGN(InstallResult result, install_in(session, folder, wish, root_options(options)));
  LPM_TRY_ASSIGN(const manifest::DependencySpec spec, manifest::parse_spec(wish.name, wish.spec));
  Staged staged{{wish.name, wish.spec, "", "", {}, {}}, std::move(result), false};
  for (const install::PackageChange& change : staged.result.changes)
    if (change.direct && change.name == spec.target) staged.package.version = change.to;
  return staged;
}

}  // namespace lpm::ops::global
