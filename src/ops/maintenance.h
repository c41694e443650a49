// Upkeep of the machine-wide folders: the metadata cache and the package store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

struct CacheState {
  std::string directory;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
Result<CacheState> cache_state(const Session& session);
// What it held; nothing is removed with `dry_run`.
Result<CacheState> clean_metadata_cache(const Session& session, bool dry_run);

struct StoreProblem {
  std::string entry;
  std::string path;
  std::string problem;
};
// A project, or the folder of a global package, whose lockfile names damaged entries. Where files
// are hard links its node_modules shares the damage.
struct AffectedProject {
  std::string path;
  std::vector<std::string> packages;  // "name@version"
};
struct StoreVerification {
  std::vector<StoreProblem> problems;
  std::vector<AffectedProject> affected;  // by path
};
// Re-hashes every file; with `fix`, damaged entries are set aside, so that the next install fetches
// them. LOCKED.
Result<StoreVerification> verify_store(const Session& session, bool fix);

struct StoreCollection {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::uint64_t kept = 0;
  std::vector<std::string> unreadable_projects;  // each keeps everything
};
// Removes entries that no lockfile of a known project or of a global package names. Waits for
// running installs.
Result<StoreCollection> collect_store(const Session& session, bool dry_run);

struct StoreState {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // of the files as they are unpacked
};
Result<StoreState> store_state(const Session& session);
// What it held; nothing is removed with `dry_run`. Waits for running installs.
Result<StoreState> clean_store(const Session& session, bool dry_run);

// Remembers a project for collect_store(), which finds global packages by itself; called by every
// install that linked something.
void register_project(const Session& session);

}  // namespace lpm::ops
