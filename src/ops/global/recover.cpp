#include "ops/global/recover.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "ops/global/bins.h"
#include "ops/maintenance.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

// A root whose lock is free is nobody's work.
bool is_held(const Places& places, const std::string& root) {
  const std::string path = fmt::format("{}/{}", places.root(root), kOwnerLock);
  if (!os::exists(path)) return false;
  const auto lock = os::FileLock::try_acquire(path, os::LockMode::Shared, "");
  return lock && !*lock;
}

bool is_alive(const Places& places, const Intent& intent) {
  if (is_running(intent.owner)) return true;
  for (const std::string& root : intent.roots)
    if (is_held(places, root)) return true;
  return false;
}

Status collect_roots(const Places& places, const Catalogue& catalogue,
                     const std::vector<OpenChange>& open) {
  if (!os::exists(places.roots)) return {};
  std::set<std::string, std::less<>> used;
  for (const auto& [name, package] : catalogue.packages) used.insert(package.root);
  for (const OpenChange& change : open)
    if (change.intent) used.insert(change.intent->roots.begin(), change.intent->roots.end());
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(places.roots));
  for (const os::DirectoryEntry& entry : entries) {
    if (used.contains(entry.name) || is_held(places, entry.name)) continue;
    LPM_TRY(os::make_directories(places.trash));
    LPM_TRY(os::rename_path(places.root(entry.name),
                            fmt::format("{}/{}", places.trash, os::unique_suffix())));
  }
  return {};
}

Status set_aside(const Session& session, const Places& places, const std::string& damaged) {
  const std::string path = fmt::format("{}.damaged-{}", places.log, os::unique_suffix());
  LPM_TRY(os::write_file_atomic(path, damaged, os::Durability::Sync));
  session.reporter.warning(fmt::format(
      "the log of global changes was damaged; {} of it are set aside in `{}`, the rest counts",
      count_of(damaged.size(), "byte"), path));
  return {};
}

// Of files that were being replaced when a process ended; only holders of the lock write here.
Status remove_temporaries(const Places& places) {
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(places.folder));
  for (const os::DirectoryEntry& entry : entries)
    if (entry.name.starts_with(".lpm-") && entry.type == os::FileType::Regular)
      LPM_TRY(os::remove_file(places.folder + "/" + entry.name));
  return {};
}

// What of the log is settled goes; `open` is what stays.
struct Settled {
  std::vector<OpenChange> open;
  bool any = false;      // something was completed or taken back
  bool applied = false;  // the catalogue changed
};

Settled settle(const Session& session, const Places& places, Log log, Catalogue& catalogue) {
  Settled settled;
  for (OpenChange& change : log.changes) {
    if (change.commit) {
      settled.any = true;
      if (change.commit->serial <= catalogue.serial) continue;
      apply(*change.commit, catalogue);
      settled.applied = true;
      session.reporter.note(
          fmt::format("completed `lpm {}`, which had been cut off", change.command()));
    } else if (is_alive(places, *change.intent)) {
      settled.open.push_back(std::move(change));
    } else {
      settled.any = true;
      session.reporter.note(
          fmt::format("took back `lpm {}`, which had been cut off", change.command()));
    }
  }
  return settled;
}

Status write_open(const Places& places, const std::vector<OpenChange>& open) {
  return os::write_file_atomic(places.log, write_log(open), os::Durability::Sync);
}

Result<Held> recover(const Session& session, const Places& places, os::FileLock lock) {
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(places.log));
  LPM_TRY_ASSIGN(Log log, read_log(text.value_or(""), places.log));
  LPM_TRY_ASSIGN(Catalogue catalogue, load_catalogue(places));
  const bool was_whole = log.is_whole();
  if (!log.damaged.empty()) LPM_TRY(set_aside(session, places, log.damaged));
  Settled settled = settle(session, places, std::move(log), catalogue);
  if (settled.applied) LPM_TRY(store_catalogue(places, catalogue));
  if (settled.any) LPM_TRY(update_bins(places, catalogue));
  LPM_TRY(collect_roots(places, catalogue, settled.open));
  LPM_TRY(remove_temporaries(places));
  if (settled.any || !was_whole) LPM_TRY(write_open(places, settled.open));
  return Held{std::move(lock), std::move(catalogue), std::move(settled.open)};
}

}  // namespace

Result<Held> hold_state(const Session& session, const Places& places, const std::string& command,
                        Wait wait) {
  LPM_TRY(os::make_directories(places.folder));
  os::LockOptions options;
  options.wait = wait == Wait::Yes;
  options.command = command;
  options.on_wait = [&session](const std::optional<os::LockOwner>& owner) {
    session.reporter.note(
        owner ? fmt::format("waiting for `lpm {}` (process {}), which changes global packages",
                            owner->command, owner->pid)
              : std::string("waiting for another lpm that changes global packages"));
  };
  LPM_TRY_ASSIGN(os::FileLock lock, os::FileLock::acquire(places.lock, options));
  return recover(session, places, std::move(lock));
}

Result<std::optional<Held>> try_hold_state(const Session& session, const Places& places,
                                           const std::string& command) {
  LPM_TRY(os::make_directories(places.folder));
  LPM_TRY_ASSIGN(std::optional<os::FileLock> lock,
                 os::FileLock::try_acquire(places.lock, os::LockMode::Exclusive, command));
  if (!lock) return std::optional<Held>();
  LPM_TRY_ASSIGN(Held held, recover(session, places, std::move(*lock)));
  return std::optional<Held>(std::move(held));
}

Status close_change(const Places& places, Held& held, const std::string& id) {
  std::erase_if(held.open, [&](const OpenChange& change) { return change.id == id; });
  LPM_TRY(write_open(places, held.open));
  return collect_roots(places, held.catalogue, held.open);
}

void empty_trash(const Session& session, const Places& places) {
  if (!os::exists(places.trash)) return;
  const auto entries = os::list_directory(places.trash);
  if (!entries) return;
  for (const os::DirectoryEntry& entry : *entries) {
    // Two processes may be at it; what is left goes the next time.
    if (const Status removed = os::remove_tree(places.trash + "/" + entry.name); !removed)
      session.reporter.detail(removed.error().what);
  }
}

}  // namespace lpm::ops::global
