#include "ops/install/project.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ops/interrupt.h"
#include "ops/machine_key.h"
#include "ops/transaction.h"
#include "os/files.h"

namespace lpm::ops::install {
namespace {

Result<lockfile::Lockfile> read_lockfile(const Session& session, std::string_view text,
                                         bool& is_own) {
  const Result<PaddedBuffer> image =
      os::read_padded(fmt::format("{}/{}", session.project, kLockImage));
  const std::string key = machine_key(session.settings.lpm_home());
  if (image && !key.empty())
    if (std::optional<lockfile::Lockfile> read = lockfile::read_image(image->bytes(), text, key)) {
      is_own = true;
      return std::move(*read);
    }
  return lockfile::parse_lockfile(text, kLockfile);
}

void tell_wait(report::Reporter& reporter, const std::optional<os::LockOwner>& owner) {
  if (owner)
    reporter.note(fmt::format("waiting for `lpm {}` (process {}) to finish in this project",
                              owner->command, owner->pid));
  else
    reporter.note("waiting for another lpm to finish in this project");
}

Result<lockfile::Lockfile> unite_sides(const Session& session, std::string_view text) {
  LPM_TRY_ASSIGN(lockfile::MergedLockfile merged, lockfile::merge_conflict(text, kLockfile));
  session.reporter.note("`lpm.lock` held a merge conflict; both sides were united");
  for (const std::string& note : merged.notes) session.reporter.note("  " + note);
  return std::move(merged.lockfile);
}

// Also what a power loss leaves: zeros.
bool is_blank(std::string_view text) {
  return text.find_first_not_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos;
}

std::string manifest_path(const std::string& project) {
  return fmt::format("{}/{}", project, kManifestFile);
}

Error no_manifest(const Session& session) {
  return Error(ErrorCode::NO_MANIFEST, "no package.json here or in a folder above")
      .at(session.initial_directory)
      .hint("run `lpm init` to make one, or change to the project's folder");
}

// Read before the lock was taken, it counts only when nobody has touched it since.
Status read_manifest_text(const Session& session, Project& project) {
  const std::string path = manifest_path(session.project);
  project.manifest_stamp = os::stamp(path);
  if (session.manifest && session.manifest->stamp == project.manifest_stamp) {
    project.manifest_text = session.manifest->text;
    return {};
  }
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(path));
  if (!text) return no_manifest(session);
  project.manifest_text = std::move(*text);
  return {};
}

Status find_members(Project& project) {
  LPM_TRY_ASSIGN(project.workspace,
                 workspace::discover(project.directory, project.manifest, project.manifest_text));
  project.manifest.pnpm_workspace = std::move(project.workspace.rules);
  project.targets = workspace::Targets(project.manifest, project.workspace.members);
  for (workspace::Member& member : project.workspace.members)
    project.members.push_back({member.path, fmt::format("{}/{}", project.directory, member.path),
                               std::move(member.text), member.stamp, std::move(member.manifest)});
  project.workspace.members.clear();
  return {};
}

}  // namespace

Result<os::FileLock> lock_project(const Session& session, const std::string& command, bool wait) {
  const std::string state = session.project + "/.lpm";
  const os::FileStamp stamp = os::stamp(state);
  if (stamp.type == os::FileType::Missing) {
    LPM_TRY(os::make_directory(state));
    LPM_TRY(os::write_file(state + "/.gitignore", "*\n"));
  } else if (stamp.type != os::FileType::Directory) {
    return Error(ErrorCode::IO, "`.lpm` is not a folder")
        .at(state)
        .hint("lpm keeps the project's state there; move the file away and run the command again");
  }
  os::LockOptions options;
  options.wait = wait;
  options.command = command;
  options.on_wait = [&session](const std::optional<os::LockOwner>& owner) {
    tell_wait(session.reporter, owner);
  };
  Result<os::FileLock> lock = os::FileLock::acquire(state + "/.install.lock", options);
  if (!lock) return before_any_change(std::move(lock).error());
  LPM_TRY(recover_project(session.project, session.reporter));
  return lock;
}

Status require_manifest(const Session& session) {
  if (session.manifest || os::exists(manifest_path(session.project))) return {};
  return no_manifest(session);
}

std::string ProjectPackage::manifest_path() const {
  return path == "." ? std::string(kManifestFile) : fmt::format("{}/{}", path, kManifestFile);
}

Status require_same_manifest(const ProjectPackage& package) {
  const std::string path = manifest_path(package.directory);
  if (os::stamp(path) == package.manifest_stamp) return {};
  const Result<std::string> text = os::read_file(path);
  if (text && *text == package.manifest_text) return {};
  return Error(ErrorCode::IO,
               fmt::format("`{}` was changed while lpm worked; it stays as it is now",
                           package.manifest_path()))
      .at(path)
      .hint("run the command again");
}

Result<Project> load_project(const Session& session) {
  Project project;
  project.directory = session.project;
  LPM_TRY(read_manifest_text(session, project));
  LPM_TRY_ASSIGN(project.manifest, manifest::read_manifest(project.manifest_text, kManifestFile,
                                                           manifest::Strictness::Project));
  LPM_TRY(find_members(project));
  const std::string lockfile_path = fmt::format("{}/{}", session.project, kLockfile);
  project.lockfile_stamp = os::stamp(lockfile_path);
  LPM_TRY_ASSIGN(project.lockfile_text, os::read_file_if_exists(lockfile_path));
  if (!project.lockfile_text) return project;
  if (is_blank(*project.lockfile_text)) {
    session.reporter.warning("`lpm.lock` is empty and counts as absent; versions are chosen anew");
    project.lockfile_text.reset();
    return project;
  }
  Result<lockfile::Lockfile> lock =
      read_lockfile(session, *project.lockfile_text, project.lockfile_is_own);
  if (!lock && lock.error().code == ErrorCode::CONFLICT_MARKERS) {
    LPM_TRY_ASSIGN(project.lockfile, unite_sides(session, *project.lockfile_text));
    project.conflict = std::move(lock).error();
    return project;
  }
  LPM_TRY_ASSIGN(project.lockfile, std::move(lock));
  return project;
}

}  // namespace lpm::ops::install
