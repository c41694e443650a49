// Locks between processes: flock(2) on files that are never deleted.
//
// Names and order (a process takes them in this order only):
//   1. <workspace root>/.lpm/.install.lock   exclusive, every command that changes the project
//   2. ~/.lpm/store/.lock                    shared for install; exclusive for gc and clean
//   3. ~/.lpm/global/.tx.lock                exclusive, global installs
//   4. ~/.lpm/global/roots/*/.owner.lock     exclusive while the root is filled; never waited for
// A crash leaves the file, not the lock. The holder writes pid, start time and command into the
// file.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace lpm::os {

enum class LockMode { Shared, Exclusive };

struct LockOwner {
  long pid = 0;
  std::string command;
};

struct LockOptions {
  LockMode mode = LockMode::Exclusive;
  bool wait = true;     // false: LOCKED at once, naming the owner
  std::string command;  // what this process does, for others to read
  // Called once, after one second of waiting.
  std::function<void(const std::optional<LockOwner>&)> on_wait;
};

class FileLock {
 public:
  // Makes the file when needed (its folder must exist).
  static Result<FileLock> acquire(const std::string& path, const LockOptions& options);
  // Nothing when somebody else holds it.
  static Result<std::optional<FileLock>> try_acquire(const std::string& path, LockMode mode,
                                                     std::string_view command);
  void release() { fd_.reset(); }

 private:
  explicit FileLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace lpm::os
