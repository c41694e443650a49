#include "ops/install/places.h"

#include <fmt/format.h>

#include "ops/install/also.h"
#include "os/files.h"

namespace lpm::ops::install {
namespace {

Status require_real_folder(const std::string& path) {
  const os::FileStamp stamp = os::stamp_link(path);
  if (stamp.type == os::FileType::Missing || stamp.type == os::FileType::Directory) return {};
  const Result<std::string> target = os::read_symlink(path);
  const std::string what = target ? fmt::format("a link to `{}`", *target) : "not a folder";
  return Error(ErrorCode::IO, fmt::format("`node_modules` is {}", what))
      .at(path)
      .hint("lpm makes a folder of its own there; move it away and run the command again");
}

bool has_dependencies(const manifest::Manifest& manifest) {
  return !manifest.dependencies.empty() || !manifest.dev_dependencies.empty() ||
         !manifest.optional_dependencies.empty() || !manifest.peer_dependencies.empty();
}

}  // namespace

Status prepare_store(const Session& session, const InstallOptions& options) {
  if (options.dry_run || (options.lockfile_only && !needs_store_for_others(session))) return {};
  const std::string home = session.settings.lpm_home();
  Status made = home.empty() ? Status(Error(ErrorCode::IO, "there is no home folder for the store"))
                             : os::make_directories(home + "/store");
  if (made) return made;
  return std::move(made).error().hint(
      "packages are stored there; set LPM_HOME to a folder that can be written");
}

Status require_writable(const std::string& folder) {
  const int problem = os::cannot_write_into(folder);
  if (problem == 0) return {};
  return system_error(problem, fmt::format("cannot write into `{}`", folder), folder);
}

Status require_usable_members(const Project& project, const InstallOptions& options) {
  if (options.dry_run || options.lockfile_only) return {};
  for (const ProjectPackage& member : project.members) {
    if (!has_dependencies(member.manifest)) continue;
    const std::string modules = member.directory + "/node_modules";
    LPM_TRY(require_real_folder(modules));
    LPM_TRY(require_writable(os::exists(modules) ? modules : member.directory));
  }
  return {};
}

Status require_usable_places(const Session& session, const InstallOptions& options) {
  if (options.dry_run) return {};
  LPM_TRY(require_writable(session.project + "/.lpm"));
  if (options.lockfile_only) return {};
  const std::string modules = session.project + "/node_modules";
  LPM_TRY(require_real_folder(modules));
  if (!os::exists(modules) || options.node_modules == NodeModules::Replace)
    LPM_TRY(require_writable(session.project));
  if (!os::exists(modules)) return {};
  LPM_TRY(require_writable(modules));
  return os::exists(modules + "/.lpm") ? require_writable(modules + "/.lpm") : Status();
}

}  // namespace lpm::ops::install
