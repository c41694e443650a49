#include "ops/export_lockfile.h"

#include <fmt/format.h>

#include "foreign/write.h"
#include "ops/install/allowed_sources.h"
#include "ops/install/link.h"
#include "ops/install/other_lock.h"
#include "ops/install/places.h"
#include "ops/install/wishes.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

using install::InstallOptions;
using install::Project;

Result<foreign::Format> format_of(const std::string& name) {
  if (const auto format = foreign::writable_format(name)) return *format;
  return Error(ErrorCode::USAGE, "`lpm export` needs to know the format")
      .hint("`lpm export --format package-lock` or `lpm export --format pnpm`");
}

Status require_fitting_lock(const Session& session, const Project& project,
                            const install::WantedProject& wanted, const InstallOptions& options) {
  if (!project.lockfile)
    return Error(ErrorCode::NO_LOCKFILE, "there is no `lpm.lock` to export")
        .at(project.directory)
        .hint("run `lpm install` first");
  Status fits = install::check_frozen(session, project, wanted, options);
  if (fits || fits.error().code != ErrorCode::LOCKFILE_DRIFT) return fits;
  Error error = std::move(fits).error();
  error.what = "`lpm.lock` does not fit `package.json`";
  error.hints = {"run `lpm install` first"};
  return error;
}

std::vector<manifest::Manifest> manifests_of(const Project& project) {
  std::vector<manifest::Manifest> manifests;
  for (std::size_t i = 0; i < project.package_count(); ++i)
    manifests.push_back(project.package(i).manifest);
  return manifests;
}

// Where it goes, and how messages name it.
std::string output_path(const Session& session, const ExportOptions& options,
                        foreign::Format format) {
  if (options.output.empty())
    return fmt::format("{}/{}", session.project, foreign::file_name_of(format));
  if (options.output.starts_with('/')) return options.output;
  return fmt::format("{}/{}", session.initial_directory, options.output);
}

Status write_output(const std::string& path, Exported& exported) {
  LPM_TRY_ASSIGN(const std::optional<std::string> present, os::read_file_if_exists(path));
  if (present == exported.text) return {};
  exported.changed = true;
  return os::write_file_atomic(path, exported.text, os::Durability::Sync);
}

}  // namespace

Result<Exported> export_lockfile(const Session& session, const ExportOptions& options) {
  LPM_TRY_ASSIGN(const foreign::Format format, format_of(options.format));
  LPM_TRY(install::require_manifest(session));
  InstallOptions how;
  how.command = "export";
  how.frozen = true;
  how.own_peers = options.own_peers;
  how.wait_for_lock = options.wait_for_lock;
  LPM_TRY(install::prepare_store(session, how));
  LPM_TRY_ASSIGN(const os::FileLock lock,
                 install::lock_project(session, how.command, how.wait_for_lock));
  LPM_TRY_ASSIGN(const Project project, install::load_project(session));
  LPM_TRY_ASSIGN(const install::WantedProject wanted, install::apply_wishes(session, project, how));
  LPM_TRY(require_fitting_lock(session, project, wanted, how));
  LPM_TRY(install::check_locked_sources(session, project, wanted));
  LPM_TRY_ASSIGN(const install::StoreUse store_use, install::use_store(session, how));
  install::Supply supply(session, how);
  LPM_TRY_ASSIGN(foreign::WrittenLock written,
                 install::other_lock(session, format, project, manifests_of(project),
                                     *project.lockfile, supply));
  Exported exported;
  exported.format = options.format;
  exported.warnings = install::told(written, format);
  exported.text = std::move(written.text);
  exported.packages = project.lockfile->graph.packages.size();
  if (options.output == "-") return exported;
  exported.file =
      options.output.empty() ? std::string(foreign::file_name_of(format)) : options.output;
  LPM_TRY(write_output(output_path(session, options, format), exported));
  return exported;
}

}  // namespace lpm::ops
