// Copying files on Linux: FICLONE (btrfs, XFS, bcachefs), copy_file_range, and plain bytes as the
// last resort.
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "os/directory.h"
#include "os/retry.h"

namespace lpm::os {
namespace {

struct FilePair {
  Fd source;
  Fd target;
  std::uint64_t size = 0;
};

int open_pair(int source_directory, const char* source, int target_directory, const char* target,
              FilePair& pair) {
  pair.source = Fd(retry_on_interrupt(
      [&] { return ::openat(source_directory, source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC); }));
  if (!pair.source.valid()) return errno;
  struct stat status {};
  if (::fstat(pair.source.get(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EINVAL;
  pair.size = static_cast<std::uint64_t>(status.st_size);
  const mode_t mode = status.st_mode & 0777;
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  pair.target =
      Fd(retry_on_interrupt([&] { return ::openat(target_directory, target, kFlags, mode); }));
  if (!pair.target.valid()) return errno;
  // The umask takes these bits from files that have them; others keep their mode without a call.
  if ((mode & 0022) != 0 && ::fchmod(pair.target.get(), mode) != 0) return errno;
  return 0;
}

int copy_through_memory(int source, int target) {
  std::vector<std::uint8_t> buffer(256 * 1024);
  while (true) {
    const ssize_t count =
        retry_on_interrupt([&] { return ::read(source, buffer.data(), buffer.size()); });
    if (count < 0) return errno;
    if (count == 0) return 0;
    if (const int problem = write_fully(target, Bytes(buffer).first(static_cast<size_t>(count))))
      return problem;
  }
}

bool is_unsupported(int problem) {
  return problem == EXDEV || problem == EINVAL || problem == ENOSYS || problem == EOPNOTSUPP ||
         problem == EPERM;
}

int copy_bytes(const FilePair& pair) {
  std::uint64_t remaining = pair.size;
  while (remaining > 0) {
    const ssize_t count = retry_on_interrupt([&] {
      return ::copy_file_range(pair.source.get(), nullptr, pair.target.get(), nullptr,
                               static_cast<std::size_t>(remaining), 0);
    });
    if (count > 0) {
      remaining -= static_cast<std::uint64_t>(count);
      continue;
    }
    if (count < 0 && !is_unsupported(errno)) return errno;
    // Refused, or a file system that answers 0 with bytes left; both positions are still in step.
    return copy_through_memory(pair.source.get(), pair.target.get());
  }
  return 0;
}

}  // namespace

bool can_reflink(const std::string& source_folder, const std::string& target_folder) {
  // Nameless files: nothing to clean up afterwards.
  constexpr int kFlags = O_RDWR | O_TMPFILE | O_CLOEXEC;
  const Fd source(::open(source_folder.c_str(), kFlags, 0600));
  const Fd target(::open(target_folder.c_str(), kFlags, 0600));
  if (!source.valid() || !target.valid()) return false;
  if (write_fully(source.get(), as_bytes("probe")) != 0) return false;
  return ::ioctl(target.get(), FICLONE, source.get()) == 0;
}

int clone_file(int source_directory_fd, const char* source, int target_directory_fd,
               const char* target) {
  FilePair pair;
  if (const int problem = open_pair(source_directory_fd, source, target_directory_fd, target, pair))
    return problem;
  if (::ioctl(pair.target.get(), FICLONE, pair.source.get()) == 0) return 0;
  return copy_bytes(pair);
}

int copy_file(int source_directory_fd, const char* source, int target_directory_fd,
              const char* target) {
  FilePair pair;
  if (const int problem = open_pair(source_directory_fd, source, target_directory_fd, target, pair))
    return problem;
  return copy_bytes(pair);
}

Result<LinkMethod> probe_link_method(const std::string& source_folder,
                                     const std::string& target_folder) {
  if (can_reflink(source_folder, target_folder)) return LinkMethod::Reflink;
  const std::string name = "/.lpm-probe-" + unique_suffix();
  const std::string source = source_folder + name;
  const std::string target = target_folder + name;
  // A store that cannot be written to can still be copied from.
  if (!write_file(source, "")) return LinkMethod::Copy;
  const int problem = ::link(source.c_str(), target.c_str()) == 0 ? 0 : errno;
  ::unlink(source.c_str());
  if (problem == 0) {
    ::unlink(target.c_str());
    return LinkMethod::HardLink;
  }
  // Not a matter of the pair of volumes: nothing could be put there by any method.
  if (problem == ENOENT || problem == EROFS || problem == EACCES || problem == ENOSPC ||
      problem == EDQUOT)
    return system_error(problem, "cannot write to `" + target_folder + "`", target_folder);
  return LinkMethod::Copy;
}

}  // namespace lpm::os
