#include "ops/maintenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/text.h"
#include "lockfile/lockfile.h"
#include "ops/fingerprint.h"
#include "ops/global/places.h"
#include "os/os.h"
#include "registry/registry.h"
#include "sources/sources.h"
#include "store/store.h"

namespace lpm::ops {
namespace {

// How long a project that cannot be read keeps everything.
constexpr std::int64_t kGraceNanoseconds = 30LL * 24 * 3600 * 1'000'000'000;

// Each folder in it is a project that nobody has to remember.
std::string global_roots(const Session& session) {
  return global::Places(session.settings.lpm_home()).roots;
}

std::string projects_folder(const Session& session) {
  return session.settings.lpm_home() + "/store/projects";
}

Result<os::FileLock> lock_store(const Session& session, os::LockMode mode, std::string command) {
  const std::string folder = session.settings.lpm_home() + "/store";
  LPM_TRY(os::make_directories(folder));
  os::LockOptions options;
  options.mode = mode;
  options.command = std::move(command);
  options.wait = session.settings.flag("wait");
  options.on_wait = [&session](const std::optional<os::LockOwner>& owner) {
    session.reporter.note(
        owner ? fmt::format("waiting for `lpm {}` (process {}), which uses the store",
                            owner->command, owner->pid)
              : std::string("waiting for another lpm that uses the store"));
  };
  return os::FileLock::acquire(folder + "/.lock", options);
}

struct Needs {
  std::set<crypto::Sha512> digests;
  std::vector<std::string> unreadable;
};

void add_needs(const std::string& project, const os::FileStamp& registration, Needs& needs) {
  if (os::stamp(project).type != os::FileType::Directory) return;
  const Result<std::optional<std::string>> text = os::read_file_if_exists(project + "/lpm.lock");
  if (text && !*text) return;
  const Result<lockfile::Lockfile> lock = text ? lockfile::parse_lockfile(**text, "lpm.lock")
                                               : Result<lockfile::Lockfile>(text.error());
  if (!lock) {
    if (registration.mtime_ns + kGraceNanoseconds > unix_now()) needs.unreadable.push_back(project);
    return;
  }
  for (const graph::Package& package : lock->graph.packages) {
    if (const auto digest = package.integrity.sha512_digest()) needs.digests.insert(*digest);
    if (const auto key = sources::store_key(package.source)) needs.digests.insert(*key);
  }
}

// Paths in a folder, none when there is no such folder.
Result<std::vector<std::string>> paths_in(const std::string& folder) {
  std::vector<std::string> paths;
  if (!os::exists(folder)) return paths;
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(folder));
  for (const os::DirectoryEntry& entry : entries) paths.push_back(folder + "/" + entry.name);
  return paths;
}

// A project that an install has registered, and when.
struct Registration {
  std::string project;
  os::FileStamp stamp;
};

Result<std::vector<Registration>> registered_projects(const Session& session) {
  std::vector<Registration> found;
  LPM_TRY_ASSIGN(const std::vector<std::string> paths, paths_in(projects_folder(session)));
  for (const std::string& path : paths)
    if (const Result<std::string> project = os::read_file(path))
      found.push_back({std::string(trim(*project)), os::stamp(path)});
  return found;
}

Result<Needs> gather_needs(const Session& session) {
  Needs needs;
  LPM_TRY_ASSIGN(const std::vector<Registration> registered, registered_projects(session));
  for (const auto& [project, stamp] : registered) add_needs(project, stamp, needs);
  LPM_TRY_ASSIGN(const std::vector<std::string> roots, paths_in(global_roots(session)));
  for (const std::string& root : roots) add_needs(root, os::stamp(root), needs);
  return needs;
}

// Of the packages that the lockfile of `project` names, those whose digest begins with a key.
std::vector<std::string> packages_with(const std::string& project,
                                       const std::set<std::string>& keys) {
  std::set<std::string> packages;
  const Result<std::string> text = os::read_file(project + "/lpm.lock");
  const auto lock =
      text ? lockfile::parse_lockfile(*text, "lpm.lock") : Result<lockfile::Lockfile>(text.error());
  if (!lock) return {};
  for (const graph::Package& package : lock->graph.packages) {
    const auto digest = package.integrity.sha512_digest();
    const std::string hex = digest ? to_hex(*digest) : "";
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const std::string& known) {
      return !known.empty() && hex.starts_with(known);
    });
    if (key != keys.end()) packages.insert(package.id_without_peers());
  }
  return {packages.begin(), packages.end()};
}

Result<std::vector<AffectedProject>> projects_that_use(const Session& session,
                                                       const std::set<std::string>& keys) {
  std::set<std::string> folders;
  LPM_TRY_ASSIGN(const std::vector<Registration> registered, registered_projects(session));
  for (const Registration& one : registered) folders.insert(one.project);
  LPM_TRY_ASSIGN(const std::vector<std::string> roots, paths_in(global_roots(session)));
  folders.insert(roots.begin(), roots.end());
  std::vector<AffectedProject> affected;
  for (const std::string& folder : folders)
    if (std::vector<std::string> packages = packages_with(folder, keys); !packages.empty())
      affected.push_back({folder, std::move(packages)});
  return affected;
}

// Where no store ever was, none needs a lock, or a folder for one.
bool has_store(const Session& session) {
  return os::exists(session.settings.lpm_home() + "/store");
}

// A collection that needs everything and removes nothing.
Result<StoreState> contents(const Session& session) {
  store::Store store(session.settings.store_directory());
  LPM_TRY_ASSIGN(const store::Store::Collected found,
                 store.collect_garbage([](const crypto::Sha512&) { return true; },
                                       /*dry_run=*/true));
  return StoreState{found.entries + found.kept, found.bytes + found.kept_bytes};
}

}  // namespace

Result<CacheState> cache_state(const Session& session) {
  const std::string directory = session.settings.cache_directory();
  LPM_TRY_ASSIGN(const registry::CacheStatus status, registry::cache_status(directory));
  return CacheState{directory, status.files, status.bytes};
}

Result<CacheState> clean_metadata_cache(const Session& session, bool dry_run) {
  LPM_TRY_ASSIGN(CacheState state, cache_state(session));
  if (!dry_run) LPM_TRY(registry::clean_cache(session.settings.cache_directory()));
  return state;
}

Result<StoreVerification> verify_store(const Session& session, bool fix) {
  if (!has_store(session)) return StoreVerification();
  LPM_TRY_ASSIGN(
      const os::FileLock lock,
      lock_store(session, fix ? os::LockMode::Exclusive : os::LockMode::Shared, "store verify"));
  store::Store store(session.settings.store_directory());
  LPM_TRY_ASSIGN(
      const std::vector<store::VerifyProblem> found,
      store.verify(fix, [&](std::string_view entry) { session.reporter.detail(entry); }));
  StoreVerification verification;
  std::set<std::string> keys;
  for (const store::VerifyProblem& problem : found) {
    verification.problems.push_back({problem.entry, problem.path, problem.problem});
    keys.insert(problem.key);
  }
  if (keys.empty()) return verification;
  LPM_TRY_ASSIGN(verification.affected, projects_that_use(session, keys));
  return verification;
}

Result<StoreCollection> collect_store(const Session& session, bool dry_run) {
  if (!has_store(session)) return StoreCollection{};
  LPM_TRY_ASSIGN(
      const os::FileLock lock,
      lock_store(session, dry_run ? os::LockMode::Shared : os::LockMode::Exclusive, "store gc"));
  LPM_TRY_ASSIGN(const Needs needs, gather_needs(session));
  store::Store store(session.settings.store_directory());
  const bool keep_all = !needs.unreadable.empty();
  LPM_TRY_ASSIGN(
      const store::Store::Collected collected,
      store.collect_garbage(
          [&](const crypto::Sha512& digest) { return keep_all || needs.digests.contains(digest); },
          dry_run));
  return StoreCollection{collected.entries, collected.bytes, collected.kept, needs.unreadable};
}

Result<StoreState> store_state(const Session& session) {
  if (!has_store(session)) return StoreState{};
  LPM_TRY_ASSIGN(const os::FileLock lock,
                 lock_store(session, os::LockMode::Shared, "store status"));
  return contents(session);
}

Result<StoreState> clean_store(const Session& session, bool dry_run) {
  if (!has_store(session)) return StoreState{};
  LPM_TRY_ASSIGN(
      const os::FileLock lock,
      lock_store(session, dry_run ? os::LockMode::Shared : os::LockMode::Exclusive, "store clean"));
  LPM_TRY_ASSIGN(const StoreState state, contents(session));
  if (!dry_run) LPM_TRY(store::Store(session.settings.store_directory()).clean());
  return state;
}

void register_project(const Session& session) {
  if (session.project.starts_with(global_roots(session) + "/")) return;
  const std::string folder = projects_folder(session);
  const std::string path = fmt::format("{}/{}", folder, fingerprint64(session.project));
  if (os::exists(path)) return;
  if (os::make_directories(folder))
    (void)os::write_file_atomic(path, session.project + "\n", os::Durability::None);
}

}  // namespace lpm::ops
