#include "os/files.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "os/retry.h"
#include "os/stamp_from.h"

namespace lpm::os {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::Regular;
  if (S_ISDIR(mode)) return FileType::Directory;
  if (S_ISLNK(mode)) return FileType::Symlink;
  return FileType::Other;
}

Error cannot_read(int errno_value, const std::string& path) {
  return system_error(errno_value, "cannot read `" + path + "`", path);
}

// Reads to the end whatever fstat says: files of /proc have no size, others may grow meanwhile.
template <class Buffer>
int read_to_end(int fd, Buffer& buffer) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return errno;
  std::size_t filled = 0;
  // One byte more than the size, so that the end shows without another call to grow the buffer.
  buffer.resize(static_cast<std::size_t>(status.st_size) + 1);
  while (true) {
    if (filled == buffer.size()) buffer.resize(std::max<std::size_t>(4096, buffer.size() * 2));
    char* const target = reinterpret_cast<char*>(buffer.data()) + filled;
    const ssize_t count =
        retry_on_interrupt([&] { return ::read(fd, target, buffer.size() - filled); });
    if (count < 0) return errno;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  buffer.resize(filled);
  return 0;
}

template <class Buffer>
int read_whole_file(const std::string& path, Buffer& buffer) {
  const Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd.valid()) return errno;
  return read_to_end(fd.get(), buffer);
}

}  // namespace

FileStamp stamp_from(const struct stat& status) {
  FileStamp result;
  result.type = type_of(status.st_mode);
  result.mode = status.st_mode & 07777;
  result.size = static_cast<std::uint64_t>(status.st_size);
  result.mtime_ns = nanoseconds(status.st_mtim);
  result.ctime_ns = nanoseconds(status.st_ctim);
  result.inode = status.st_ino;
  result.device = status.st_dev;
  result.links = static_cast<std::uint32_t>(status.st_nlink);
  return result;
}

void Fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

FileStamp stamp(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? stamp_from(status) : FileStamp{};
}

FileStamp stamp_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? stamp_from(status) : FileStamp{};
}

FileStamp stamp(const Fd& fd) {
  struct stat status {};
  return ::fstat(fd.get(), &status) == 0 ? stamp_from(status) : FileStamp{};
}

bool exists(const std::string& path) {
  return stamp_link(path).type != FileType::Missing;
}

int cannot_write_into(const std::string& folder) {
  return ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

Result<std::string> read_file(const std::string& path) {
  std::string content;
  if (const int problem = read_whole_file(path, content)) return cannot_read(problem, path);
  return content;
}

Result<PaddedBuffer> read_padded(const std::string& path) {
  PaddedBuffer content;
  if (const int problem = read_whole_file(path, content)) return cannot_read(problem, path);
  return content;
}

Result<std::optional<std::string>> read_file_if_exists(const std::string& path) {
  std::string content;
  const int problem = read_whole_file(path, content);
  // ENOTDIR: a parent is a file, so there is no such file either.
  if (problem == ENOENT || problem == ENOTDIR) return std::optional<std::string>();
  if (problem != 0) return cannot_read(problem, path);
  return std::optional<std::string>(std::move(content));
}

int read_file_into(const std::string& path, PaddedBuffer& buffer) {
  const Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }));
  if (!fd.valid()) return errno;
  std::size_t filled = 0;
  while (true) {
    // Also grows a buffer that the file fills exactly: only a short read shows the end.
    if (filled == buffer.capacity()) buffer.reserve(std::max<std::size_t>(4096, filled * 2));
    buffer.resize(buffer.capacity());
    const std::size_t room = buffer.capacity() - filled;
    const ssize_t count =
        retry_on_interrupt([&] { return ::read(fd.get(), buffer.data() + filled, room); });
    if (count < 0) return errno;
    filled += static_cast<std::size_t>(count);
    buffer.resize(filled);
    if (static_cast<std::size_t>(count) < room) return 0;
  }
}

std::int64_t read_piece(int fd, std::span<std::uint8_t> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count = retry_on_interrupt(
        [&] { return ::read(fd, buffer.data() + filled, buffer.size() - filled); });
    if (count < 0) return -1;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return static_cast<std::int64_t>(filled);
}

Result<std::string> read_symlink(const std::string& path) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return system_error(errno, "cannot read the link `" + path + "`", path);
  return std::string(target.data(), static_cast<std::size_t>(length));
}

Result<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                             &std::free);
  if (resolved == nullptr) return system_error(errno, "cannot resolve `" + path + "`", path);
  return std::string(resolved.get());
}

}  // namespace lpm::os
