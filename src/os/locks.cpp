#include "os/locks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <thread>

#include "base/printable.h"
#include "base/text.h"
#include "os/process.h"
#include "os/retry.h"

namespace lpm::os {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{2};
constexpr milliseconds kLongestPause{20};
constexpr std::chrono::seconds kQuietWait{1};

// The command goes to other people's terminals: one line, short.
std::string shown_command(std::string_view text) {
  constexpr std::size_t kMaxCommand = 200;
  return printable(text.substr(0, kMaxCommand));
}

Result<Fd> open_lock_file(const std::string& path, LockMode mode) {
  // O_NOFOLLOW: in a project that somebody else wrote, the name could lead to a file of the user's.
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW;
  Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | kFlags, 0644); }));
  if (!fd.valid() && mode == LockMode::Shared && (errno == EACCES || errno == EROFS))
    fd = Fd(retry_on_interrupt([&] { return ::open(path.c_str(), O_RDONLY | kFlags); }));
  if (!fd.valid()) return system_error(errno, "cannot open the lock file `" + path + "`", path);
  return fd;
}

// 0, EWOULDBLOCK, or another errno value.
int try_flock(int fd, LockMode mode) {
  const int operation = (mode == LockMode::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  return retry_on_interrupt([&] { return ::flock(fd, operation); }) == 0 ? 0 : errno;
}

void write_owner(int fd, std::string_view command) {
  const long pid = process_id();
  const std::string line = std::to_string(pid) + " " + std::to_string(process_start_time(pid)) +
                           " " + shown_command(command) + "\n";
  // Only for people to read: the lock holds without it.
  if (::pwrite(fd, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size()))
      [[maybe_unused]]
    const int result = ::ftruncate(fd, static_cast<off_t>(line.size()));
}

// The owner that the file names, if that process still lives.
std::optional<LockOwner> read_owner(int fd) {
  std::array<char, 512> buffer;
  const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), 0);
  if (count <= 0) return std::nullopt;
  std::string_view line(buffer.data(), static_cast<std::size_t>(count));
  line = line.substr(0, line.find('\n'));
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = std::min(line.find(' ', first + 1), line.size());
  const auto pid = parse_decimal(line.substr(0, first));
  const auto start = parse_decimal(line.substr(first + 1, second - first - 1));
  if (!pid || !start || *pid == 0 || *pid > INT32_MAX) return std::nullopt;
  if (process_start_time(static_cast<long>(*pid)) != *start) return std::nullopt;
  return LockOwner{static_cast<long>(*pid),
                   shown_command(second < line.size() ? line.substr(second + 1) : "")};
}

Error locked_error(const std::string& path, const std::optional<LockOwner>& owner) {
  Error error = Error(ErrorCode::LOCKED, "another lpm holds the lock `" + path + "`").at(path);
  if (owner) {
    std::string holder = "process " + std::to_string(owner->pid);
    if (!owner->command.empty()) holder += " (" + owner->command + ")";
    error.facts.push_back({"held by", std::move(holder)});
  }
  return error;
}

Error interrupted_error(int signal, const std::string& path) {
  Error error = Error(ErrorCode::INTERRUPTED, "stopped while waiting for the lock `" + path + "`");
  error.exit_status = 128 + signal;
  return error;
}

// Polls: a signal that arrives between two looks, or in another thread, ends the wait all the same.
Status wait_for_lock(int fd, const std::string& path, const LockOptions& options) {
  const Clock::time_point start = Clock::now();
  milliseconds pause = kFirstPause;
  bool told = false;
  while (true) {
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
    const int problem = try_flock(fd, options.mode);
    if (problem == 0) return {};
    if (problem != EWOULDBLOCK) return system_error(problem, "cannot lock `" + path + "`", path);
    if (const int signal = pending_stop_signal()) return interrupted_error(signal, path);
    if (!told && Clock::now() - start >= kQuietWait) {
      told = true;
      if (options.on_wait) options.on_wait(read_owner(fd));
    }
  }
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& path, const LockOptions& options) {
  LPM_TRY_ASSIGN(Fd fd, open_lock_file(path, options.mode));
  const int problem = try_flock(fd.get(), options.mode);
  if (problem == EWOULDBLOCK) {
    if (!options.wait) return locked_error(path, read_owner(fd.get()));
    LPM_TRY(wait_for_lock(fd.get(), path, options));
  } else if (problem != 0) {
    return system_error(problem, "cannot lock `" + path + "`", path);
  }
  write_owner(fd.get(), options.command);
  return FileLock(std::move(fd));
}

Result<std::optional<FileLock>> FileLock::try_acquire(const std::string& path, LockMode mode,
                                                      std::string_view command) {
  LPM_TRY_ASSIGN(Fd fd, open_lock_file(path, mode));
  const int problem = try_flock(fd.get(), mode);
  if (problem == EWOULDBLOCK) return std::optional<FileLock>();
  if (problem != 0) return system_error(problem, "cannot lock `" + path + "`", path);
  write_owner(fd.get(), command);
  return std::optional<FileLock>(FileLock(std::move(fd)));
}

}  // namespace lpm::os
