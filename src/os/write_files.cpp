#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "os/files.h"
#include "os/retry.h"

namespace lpm::os {
namespace {

Error cannot_write(int errno_value, const std::string& path) {
  return system_error(errno_value, "cannot write `" + path + "`", path);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The file that a chain of symlinks ends in, also when that one does not exist yet.
Result<std::string> end_of_links(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as the kernel
  std::string current = path;
  for (int i = 0; i < kMaxLinks; ++i) {
    if (stamp_link(current).type != FileType::Symlink) return current;
    auto target = read_symlink(current);
    if (!target) return std::move(target).error();
    if (!target->starts_with('/')) target->insert(0, parent_of(current) + "/");
    current = std::move(*target);
  }
  return cannot_write(ELOOP, path);
}

// Mode and owner of the file that is about to be replaced; the owner as far as we may set it.
int copy_attributes(int fd, const struct stat& existing) {
  if (existing.st_uid != ::geteuid() || existing.st_gid != ::getegid()) {
    if (::fchown(fd, existing.st_uid, existing.st_gid) != 0 && errno != EPERM && errno != EINVAL)
      return errno;
  }
  return ::fchmod(fd, existing.st_mode & 07777) == 0 ? 0 : errno;
}

int fill_temporary(const std::string& temporary, const std::string& target, Bytes content,
                   Durability durability, std::uint32_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  Fd fd(retry_on_interrupt([&] { return ::open(temporary.c_str(), kFlags, mode); }));
  if (!fd.valid()) return errno;
  struct stat existing {};
  if (::stat(target.c_str(), &existing) == 0) {
    if (const int problem = copy_attributes(fd.get(), existing)) return problem;
  }
  if (const int problem = write_fully(fd.get(), content)) return problem;
  if (durability == Durability::Sync && ::fsync(fd.get()) != 0) return errno;
  return 0;
}

}  // namespace

int write_fully(int fd, Bytes content) {
  while (!content.empty()) {
    const ssize_t count =
        retry_on_interrupt([&] { return ::write(fd, content.data(), content.size()); });
    if (count < 0) return errno;
    content = content.subspan(static_cast<std::size_t>(count));
  }
  return 0;
}

Status write_file_atomic(const std::string& path, std::string_view content, Durability durability,
                         std::uint32_t mode) {
  LPM_TRY_ASSIGN(const std::string target, end_of_links(path));
  const std::string temporary = parent_of(target) + "/.lpm-" + unique_suffix() + ".tmp";
  int problem = fill_temporary(temporary, target, as_bytes(content), durability, mode);
  if (problem == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) problem = errno;
  if (problem == 0) return {};
  ::unlink(temporary.c_str());
  return cannot_write(problem, path);
}

Status write_file(const std::string& path, std::string_view content, std::uint32_t mode) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), kFlags, mode); }));
  if (!fd.valid()) return cannot_write(errno, path);
  if (const int problem = write_fully(fd.get(), as_bytes(content)))
    return cannot_write(problem, path);
  return {};
}

Status append_synced(const std::string& path, std::string_view content) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  const Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), kFlags, 0600); }));
  if (!fd.valid()) return cannot_write(errno, path);
  const auto size_before = static_cast<off_t>(stamp(fd).size);
  int problem = write_fully(fd.get(), as_bytes(content));
  if (problem == 0 && ::fsync(fd.get()) != 0) problem = errno;
  if (problem == 0) return {};
  [[maybe_unused]] const int result = ::ftruncate(fd.get(), size_before);
  return cannot_write(problem, path);
}

Status sync_directory(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), kFlags); }));
  // EINVAL: a file system that cannot sync folders.
  if (!fd.valid() || (::fsync(fd.get()) != 0 && errno != EINVAL))
    return system_error(errno, "cannot sync the folder `" + path + "`", path);
  return {};
}

Status make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return {};
  const int problem = errno;
  if (problem == EEXIST && stamp(path).type == FileType::Directory) return {};
  return system_error(problem, "cannot make the folder `" + path + "`", path);
}

Status make_directories(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return {};
  if (errno == ENOENT) {
    const std::string parent = parent_of(path);
    if (parent != path && parent != ".") LPM_TRY(make_directories(parent));
  }
  return make_directory(path);
}

Status rename_path(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return system_error(errno, "cannot rename `" + from + "` to `" + to + "`", from);
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return system_error(errno, "cannot remove `" + path + "`", path);
}

Status make_symlink(const std::string& target, const std::string& path) {
  if (::symlink(target.c_str(), path.c_str()) == 0) return {};
  return system_error(errno, "cannot make the link `" + path + "`", path);
}

Result<std::string> make_temporary_directory(const std::string& parent, std::string_view prefix) {
  constexpr int kAttempts = 100;
  std::string path;
  for (int i = 0; i < kAttempts; ++i) {
    path = parent + "/" + std::string(prefix) + unique_suffix();
    if (::mkdir(path.c_str(), 0700) == 0) return path;
    if (errno != EEXIST) break;
  }
  return system_error(errno, "cannot make a folder in `" + parent + "`", path);
}

std::string unique_suffix() {
  static std::atomic<std::uint32_t> counter{0};
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "%lx-%llx-%x", static_cast<unsigned long>(::getpid()),
                    static_cast<unsigned long long>(now.tv_sec) * 1'000'000'000ULL +
                        static_cast<unsigned long long>(now.tv_nsec),
                    counter.fetch_add(1, std::memory_order_relaxed));
  return std::string(text, static_cast<std::size_t>(length));
}

}  // namespace lpm::os
