// The supervisor performs these calls itself, on files that it has opened: between looking at a
// path and using it nothing can be put in its place, however fast the script moves.
#include "os/sandbox_calls_linux.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utime.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <optional>

#include "os/files.h"
#include "os/sandbox_order.h"
#include "os/sandbox_supervise_linux.h"

namespace lpm::os {
namespace {

constexpr int kFchmodat2 = 452;
constexpr mode_t kSettableBits = 01777;  // no set-user-id for anybody

// One call of a script, with its memory and its view of paths.
class Caller {
 public:
  Caller(int listener, const seccomp_notif& call) : listener_(listener), call_(call) {}

  int integer(int index) const { return static_cast<int>(call_.data.args[index]); }
  bool is_null(int index) const { return call_.data.args[index] == 0; }

  bool read(int index, void* to, std::size_t size) const {
    const iovec local{to, size};
    const iovec remote{reinterpret_cast<void*>(call_.data.args[index]), size};
    return ::process_vm_readv(pid(), &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size) &&
           waits();
  }

  // Page by page: the text may end at the end of what can be read.
  std::optional<std::string> text(int index) const {
    constexpr std::size_t kPage = 4096;
    std::string result;
    std::uint64_t at = call_.data.args[index];
    while (result.size() < PATH_MAX) {
      std::array<char, kPage> piece;
      const std::size_t size = kPage - at % kPage;
      const iovec local{piece.data(), size};
      const iovec remote{reinterpret_cast<void*>(at), size};
      if (::process_vm_readv(pid(), &local, 1, &remote, 1, 0) != static_cast<ssize_t>(size))
        return std::nullopt;
      const void* end = std::memchr(piece.data(), 0, size);
      const std::size_t length =
          end == nullptr ? size
                         : static_cast<std::size_t>(static_cast<const char*>(end) - piece.data());
      result.append(piece.data(), length);
      if (end != nullptr) return waits() ? std::optional(result) : std::nullopt;
      at += size;
    }
    return std::nullopt;
  }

  std::string folder_in_proc() const { return "/proc/" + std::to_string(pid()); }
  Fd open_descriptor(int fd) const {
    const std::string link =
        folder_in_proc() + (fd == AT_FDCWD ? "/cwd" : "/fd/" + std::to_string(fd));
    return checked(Fd(::open(link.c_str(), O_PATH | O_CLOEXEC)));
  }
  Fd open_path(int base, std::string path, int flags) const {
    const std::string self = "/proc/self/";
    if (path.starts_with(self)) path = folder_in_proc() + path.substr(self.size() - 1);
    const Fd folder = path.starts_with('/') ? Fd() : open_descriptor(base);
    if (!path.starts_with('/') && !folder.valid()) return {};
    return checked(Fd(::openat(folder.get(), path.c_str(), O_PATH | O_CLOEXEC | flags)));
  }
  pid_t pid() const { return static_cast<pid_t>(call_.pid); }

 private:
  // Does the call still wait for its answer? If not, the pid may be another process's by now.
  bool waits() const { return ::ioctl(listener_, SECCOMP_IOCTL_NOTIF_ID_VALID, &call_.id) == 0; }
  Fd checked(Fd fd) const {
    if (fd.valid() && waits()) return fd;
    const int problem = fd.valid() ? ESRCH : errno;
    fd.reset();
    errno = problem;
    return fd;
  }

  int listener_;
  const seccomp_notif& call_;
};

std::string link_of(const Fd& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

// 0 when the open file lies in a writable folder, else an errno value.
int cannot_change(const Fd& fd, const std::vector<std::string>& writable) {
  if (!fd.valid()) return errno;
  const auto path = read_symlink(link_of(fd));
  if (!path) return EPERM;
  for (const std::string& folder : writable)
    if (is_at_or_below(*path, folder)) return 0;
  return EPERM;
}

int change_mode(const Fd& fd, mode_t mode, const std::vector<std::string>& writable) {
  if (const int problem = cannot_change(fd, writable)) return problem;
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return errno;
  if (S_ISLNK(status.st_mode)) return EOPNOTSUPP;
  return ::chmod(link_of(fd).c_str(), mode & kSettableBits) == 0 ? 0 : errno;
}

int change_times(const Fd& fd, const timespec* times, const std::vector<std::string>& writable) {
  if (const int problem = cannot_change(fd, writable)) return problem;
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return errno;
  if (S_ISLNK(status.st_mode)) return 0;  // nobody looks at the times of a link
  return ::utimensat(AT_FDCWD, link_of(fd).c_str(), times, 0) == 0 ? 0 : errno;
}

using Times = std::array<timespec, 2>;

Fd named_file(const Caller& caller, int base, int path_index, int flags) {
  const auto path = caller.text(path_index);
  if (!path) {
    errno = EFAULT;
    return {};
  }
  if (path->empty()) {
    if ((flags & AT_EMPTY_PATH) != 0) return caller.open_descriptor(base);
    errno = ENOENT;
    return {};
  }
  return caller.open_path(base, *path, (flags & AT_SYMLINK_NOFOLLOW) != 0 ? O_NOFOLLOW : 0);
}

int answer_utimensat(const Caller& caller, const std::vector<std::string>& writable) {
  Times times{};
  if (!caller.is_null(2) && !caller.read(2, times.data(), sizeof(times))) return EFAULT;
  const Fd fd = caller.is_null(1) ? caller.open_descriptor(caller.integer(0))
                                  : named_file(caller, caller.integer(0), 1, caller.integer(3));
  return change_times(fd, caller.is_null(2) ? nullptr : times.data(), writable);
}

#if defined(__x86_64__)
// utimes and futimesat: microseconds.
int answer_utimes(const Caller& caller, int base, int path_index,
                  const std::vector<std::string>& writable) {
  const int index = path_index + 1;
  std::array<timeval, 2> given{};
  if (!caller.is_null(index) && !caller.read(index, given.data(), sizeof(given))) return EFAULT;
  Times times{};
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = {given[i].tv_sec, given[i].tv_usec * 1000};
  return change_times(named_file(caller, base, path_index, 0),
                      caller.is_null(index) ? nullptr : times.data(), writable);
}

int answer_utime(const Caller& caller, const std::vector<std::string>& writable) {
  utimbuf given{};
  if (!caller.is_null(1) && !caller.read(1, &given, sizeof(given))) return EFAULT;
  const Times times = {timespec{given.actime, 0}, timespec{given.modtime, 0}};
  return change_times(named_file(caller, AT_FDCWD, 0, 0),
                      caller.is_null(1) ? nullptr : times.data(), writable);
}
#endif

// A signal, sent from here: the process that it reaches is the one that was looked at. Groups are
// named by their leader.
int answer_signal(pid_t target, int signal) {
  if (target == -1) return EPERM;
  const pid_t looked_at = target < 0 ? -target : target;
  const Fd pinned(static_cast<int>(::syscall(SYS_pidfd_open, looked_at, 0)));
  if (!pinned.valid()) return errno;
  if (!is_descendant(looked_at)) return EPERM;
  const long result = target < 0
                          ? ::kill(target, signal)
                          : ::syscall(SYS_pidfd_send_signal, pinned.get(), signal, nullptr, 0);
  return result == 0 ? 0 : errno;
}

// Thread ids are process ids of threads; /proc knows whose they are.
pid_t process_of_thread(pid_t thread) {
  const auto status = read_file_if_exists("/proc/" + std::to_string(thread) + "/status");
  if (!status || !*status) return -1;
  const std::size_t at = (*status)->find("\nTgid:");
  return at == std::string::npos ? -1 : static_cast<pid_t>(std::atol((*status)->c_str() + at + 6));
}

}  // namespace

int answer_call(int listener, const seccomp_notif& call, const std::vector<std::string>& writable) {
  const Caller caller(listener, call);
  const auto mode = [&caller](int index) { return static_cast<mode_t>(caller.integer(index)); };
  switch (call.data.nr) {
    case __NR_fchmod:
      return change_mode(caller.open_descriptor(caller.integer(0)), mode(1), writable);
    case __NR_fchmodat:
      return change_mode(named_file(caller, caller.integer(0), 1, 0), mode(2), writable);
    case kFchmodat2:
      return change_mode(named_file(caller, caller.integer(0), 1, caller.integer(3)), mode(2),
                         writable);
    case __NR_utimensat:
      return answer_utimensat(caller, writable);
    case __NR_kill:
      // 0: the caller's own group, which began in the sandbox.
      return answer_signal(caller.integer(0) == 0 ? -::getpgid(caller.pid()) : caller.integer(0),
                           caller.integer(1));
    case __NR_tkill:
      return answer_signal(process_of_thread(caller.integer(0)), caller.integer(1));
    case __NR_tgkill:
      return answer_signal(caller.integer(0), caller.integer(2));
#if defined(__x86_64__)
    case __NR_chmod:
      return change_mode(named_file(caller, AT_FDCWD, 0, 0), mode(1), writable);
    case __NR_utime:
      return answer_utime(caller, writable);
    case __NR_utimes:
      return answer_utimes(caller, AT_FDCWD, 0, writable);
    case __NR_futimesat:
      return caller.is_null(1) ? EINVAL : answer_utimes(caller, caller.integer(0), 1, writable);
#endif
    default:
      return EPERM;
  }
}

}  // namespace lpm::os
