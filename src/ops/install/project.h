// The project as install sees it: manifests and lockfile, read once, under the project lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "lockfile/lockfile.h"
#include "manifest/manifest.h"
#include "ops/install/install.h"
#include "ops/install/patches.h"
#include "ops/migrate/import_lockfile.h"
#include "ops/session.h"
#include "os/locks.h"
#include "workspace/workspace.h"

namespace lpm::ops::install {

// A package.json whose dependencies are installed.
struct ProjectPackage {
  std::string path = ".";  // relative to the project: "." or a member's
  std::string directory;
  std::string manifest_text;
  os::FileStamp manifest_stamp;
  manifest::Manifest manifest;

  // Relative to the project: "packages/web/package.json".
  std::string manifest_path() const;
};

// The root itself, and what comes with it.
struct Project : ProjectPackage {
  std::vector<ProjectPackage> members;  // of the workspace, by path
  workspace::Workspace workspace;       // how they were found; its members moved to `members`
  workspace::Targets targets;           // who can be linked to

  // 0 is the root, 1 the first member.
  std::size_t package_count() const { return 1 + members.size(); }
  const ProjectPackage& package(std::size_t index) const {
    return index == 0 ? *this : members[index - 1];
  }
  std::optional<std::string> lockfile_text;
  os::FileStamp lockfile_stamp;
  std::optional<lockfile::Lockfile> lockfile;
  bool lockfile_is_own = false;  // this machine wrote or verified it: its image says so
  // lpm.lock holds merge-conflict markers; `lockfile` is then both sides united, to be resolved
  // anew.
  std::optional<Error> conflict;
  // Another tool's lockfile, in place of `lockfile`.
  std::optional<migrate::Imported> imported;
  Patches patches;  // of an install
};

inline constexpr std::string_view kManifestFile = "package.json";
inline constexpr std::string_view kLockfile = "lpm.lock";
inline constexpr std::string_view kLockImage = ".lpm/lpm.lockb";

// IO when package.json is not what load_project() read: somebody edits while we work.
Status require_same_manifest(const ProjectPackage& package);

// Makes `.lpm` with its .gitignore, takes the lock, repairs what a killed command left.
Result<os::FileLock> lock_project(const Session& session, const std::string& command, bool wait);

// NO_MANIFEST, before anything is made in a folder that is no project.
Status require_manifest(const Session& session);

// NO_MANIFEST, BAD_JSON, BAD_MANIFEST, BAD_WORKSPACE, BAD_LOCKFILE, NEWER_LOCKFILE,
// CONFLICT_MARKERS. An empty lockfile counts as absent, with a warning.
Result<Project> load_project(const Session& session);

}  // namespace lpm::ops::install
