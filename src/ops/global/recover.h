// The lock of global packages, and what is done first by whoever gets it: changes that were cut off
// are completed or taken back (docs/formats/global.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/global/catalogue.h"
#include "ops/global/log.h"
#include "ops/session.h"
#include "os/locks.h"

namespace lpm::ops::global {

enum class Wait : bool { No, Yes };

// The state as the holder of the lock sees it.
struct Held {
  os::FileLock lock;
  Catalogue catalogue;
  std::vector<OpenChange> open;  // of running processes
};

// LOCKED with Wait::No.
Result<Held> hold_state(const Session& session, const Places& places, const std::string& command,
                        Wait wait);
// Nothing when another process holds the lock.
Result<std::optional<Held>> try_hold_state(const Session& session, const Places& places,
                                           const std::string& command);

// Takes the change out of the log, and moves roots that nothing names to the trash.
Status close_change(const Places& places, Held& held, const std::string& id);

// Deletes what lies in the trash; without the lock.
void empty_trash(const Session& session, const Places& places);

inline constexpr std::string_view kOwnerLock = ".owner.lock";  // in a root

}  // namespace lpm::ops::global
