#include "ops/global/change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/record_log.h"
#include "ops/global/bins.h"
#include "ops/interrupt.h"
#include "ops/test_hooks.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

// A package's name as part of a folder's name.
std::string folder_name(const std::string& package) {
  constexpr std::size_t kMaxName = 120;  // leaves room for the suffix, as in the store
  std::string name = replace_all(package, "/", "+").substr(0, kMaxName);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c <= 0x20 || c == '\\' || c >= 0x7f; },
      '+');
  if (name.starts_with('.')) name.front() = '+';
  return name + "-" + os::unique_suffix();
}

}  // namespace

Change::Change(const Session& session, std::string command, Wait wait)
    : session_(session),
      places_(session.settings.lpm_home()),
      id_(os::unique_suffix()),
      command_(printable(std::move(command))),
      wait_(wait) {}

Change::~Change() {
  if (begun_ && !committed_) take_back();
}

Status Change::make_root(const std::string& package) {
  const std::string name = folder_name(package);
  const std::string path = places_.root(name);
  LPM_TRY(os::make_directories(path));
  os::LockOptions options;
  options.command = command_;
  LPM_TRY_ASSIGN(os::FileLock lock,
                 os::FileLock::acquire(fmt::format("{}/{}", path, kOwnerLock), options));
  roots_.push_back(name);
  owner_locks_.push_back(std::move(lock));
  return {};
}

Result<Catalogue> Change::begin(const std::vector<std::string>& packages) {
  LPM_TRY_ASSIGN(Held held, hold_state(session_, places_, command_, wait_));
  begun_ = true;
  for (const std::string& package : packages) LPM_TRY(make_root(package));
  LPM_TRY(os::append_synced(places_.log, to_line(Intent{id_, command_, this_process(), roots_})));
  LPM_TRY(run_test_hook("after-global-intent"));
  return std::move(held.catalogue);
}

Result<Catalogue> Change::commit(const Decide& decide) {
  LPM_TRY(run_test_hook("after-global-roots"));
  if (std::optional<Error> stop = interruption()) {
    stop->what = kStopped;
    return std::move(*stop);
  }
  LPM_TRY_ASSIGN(Held held, hold_state(session_, places_, command_, wait_));
  LPM_TRY_ASSIGN(Decision decision, decide(held.catalogue));
  if (!decision.set.empty() || !decision.removed.empty()) {
    const Commit commit{id_, command_, held.catalogue.serial + 1, std::move(decision.set),
                        std::move(decision.removed)};
    const std::string line = to_line(commit);
    if (line.size() > formats::kMaxRecord)
      return Error(ErrorCode::LIMIT, "the packages have too many commands for one change");
    // What recovery could not read must not be promised.
    const Result<Log> read_back = read_log(line, places_.log);
    if (!read_back || !read_back->is_whole())
      return Error(ErrorCode::INTERNAL, "a change of global packages cannot be recorded").at(line);
    LPM_TRY(os::append_synced(places_.log, line));
    committed_ = true;
    LPM_TRY(run_test_hook("after-global-commit"));
    apply(commit, held.catalogue);
  }
  if (Status done = carry_out(held); !done) {
    if (!committed_) return std::move(done).error();
    return std::move(done).error().during(
        fmt::format("after `lpm {}` was decided; the next global command completes it", command_));
  }
  committed_ = true;
  held.lock.release();
  empty_trash(session_, places_);
  return std::move(held.catalogue);
}

Status Change::carry_out(Held& held) {
  if (committed_) LPM_TRY(store_catalogue(places_, held.catalogue));
  LPM_TRY(run_test_hook("after-global-manifest"));
  LPM_TRY(update_bins(places_, held.catalogue));
  LPM_TRY(run_test_hook("after-global-bins"));
  owner_locks_.clear();
  return close_change(places_, held, id_);
}

// What cannot be taken back now is, by the next command, which finds this process gone.
void Change::take_back() {
  owner_locks_.clear();
  Result<Held> held = hold_state(session_, places_, command_, Wait::Yes);
  if (!held || !close_change(places_, *held, id_)) return;
  held->lock.release();
  empty_trash(session_, places_);
}

}  // namespace lpm::ops::global
