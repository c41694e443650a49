#include "ops/install/import.h"

#include <fmt/format.h>

#include "ops/migrate/choose_file.h"

namespace lpm::ops::install {
namespace {

using migrate::ForeignFile;

constexpr std::size_t kWarningsShown = 5;

// Nothing when there is none that counts.
Result<std::optional<ForeignFile>> foreign_file(const Session& session,
                                                const InstallOptions& options) {
  if (!options.import_from.empty()) {
    LPM_TRY_ASSIGN(ForeignFile file, migrate::open_lockfile(session, options.import_from));
    return std::optional<ForeignFile>(std::move(file));
  }
  LPM_TRY_ASSIGN(std::optional<ForeignFile> file, migrate::find_lockfile(session));
  if (!file && options.import == Import::Always)
    return Error(ErrorCode::NO_LOCKFILE, "there is no lockfile of another tool here")
        .at(session.project)
        .hint("name one that is elsewhere: `lpm migrate --from FOLDER/package-lock.json`");
  return file;
}

std::vector<migrate::Importing> packages_of(const Project& project) {
  std::vector<migrate::Importing> packages;
  for (std::size_t i = 0; i < project.package_count(); ++i)
    packages.push_back({project.package(i).path, project.package(i).manifest});
  return packages;
}

}  // namespace

Status import_foreign_lockfile(const Session& session, const InstallOptions& options,
                               Project& project) {
  if (options.import == Import::Never) return {};
  if (project.lockfile && options.import == Import::WithoutLockfile) return {};
  if (project.lockfile && !options.force)
    return Error(ErrorCode::USAGE, "there is an `lpm.lock` already")
        .at(project.directory)
        .hint("run `lpm migrate --force` to choose its versions anew, from the other lockfile");
  LPM_TRY_ASSIGN(const std::optional<ForeignFile> file, foreign_file(session, options));
  if (!file) return {};
  const bool may_do_without = options.import == Import::WithoutLockfile && !options.frozen;
  if (file->format == foreign::Format::BunBinary && may_do_without) {
    session.reporter.warning(fmt::format(
        "`{}` is not read, and versions are chosen anew; to keep them, run `bun install "
        "--save-text-lockfile` before",
        file->name));
    return {};
  }
  Result<migrate::Imported> imported = migrate::import_lockfile(*file, packages_of(project));
  if (!imported) {
    Error error = std::move(imported).error();
    if (may_do_without)
      error.hints.push_back("run `lpm install --no-import` to choose versions anew");
    return error;
  }
  project.lockfile.reset();
  project.conflict.reset();
  project.imported = *std::move(imported);
  session.reporter.note(
      fmt::format("versions are taken from `{}` ({})", file->name, project.imported->format));
  return {};
}

Status tell_import(const Project& project, const InstallOptions& options,
                   const graph::DependencyGraph& chosen, InstallResult& result) {
  if (!project.imported) return {};
  LPM_TRY(migrate::require_same_bytes(*project.imported, chosen));
  result.import = migrate::report_of(*project.imported, chosen);
  if (options.frozen) return migrate::require_exact(*result.import, packages_of(project));
  if (options.import == Import::Always) return {};  // `migrate` tells it all
  const auto& not_kept = result.import->not_kept;
  for (std::size_t i = 0; i < not_kept.size() && i < kWarningsShown; ++i)
    result.warnings.push_back(fmt::format("{} of `{}` was not kept: {}", not_kept[i].what,
                                          result.import->file, not_kept[i].reason));
  if (not_kept.size() > kWarningsShown)
    result.warnings.push_back(
        fmt::format("{} more of `{}` were not kept; `lpm migrate --force "
                    "--dry-run` lists them",
                    not_kept.size() - kWarningsShown, result.import->file));
  return {};
}

bool writes_project_files(const Project& project, const InstallOptions& options) {
  return options.save.save && !(options.frozen && project.imported);
}

}  // namespace lpm::ops::install
