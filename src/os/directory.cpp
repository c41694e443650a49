#include "os/directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "os/retry.h"
#include "os/stamp_from.h"

namespace lpm::os {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

int errno_of(int result) {
  return result == 0 ? 0 : errno;
}

}  // namespace

Result<Directory> Directory::open(const std::string& path) {
  Fd fd(retry_on_interrupt([&] { return ::open(path.c_str(), kFolderFlags); }));
  if (!fd.valid()) return system_error(errno, "cannot open the folder `" + path + "`", path);
  return Directory(std::move(fd), path);
}

Result<Directory> Directory::create(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
    return system_error(errno, "cannot make the folder `" + path + "`", path);
  return open(path);
}

Result<Directory> Directory::open_below(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  Fd fd(retry_on_interrupt(
      [&] { return ::openat(fd_.get(), name.c_str(), kFolderFlags | O_NOFOLLOW); }));
  if (!fd.valid()) return system_error(errno, "cannot open the folder `" + path + "`", path);
  return Directory(std::move(fd), path);
}

int Directory::make_directory(const char* name) const {
  return errno_of(::mkdirat(fd_.get(), name, 0777));
}

int Directory::write_new_file(const char* name, Bytes content, std::uint32_t mode) const {
  const Fd file = create_file(name, mode);
  if (!file.valid()) return errno;
  return write_fully(file.get(), content);
}

Fd Directory::create_file(const char* name, std::uint32_t mode) const {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  return Fd(retry_on_interrupt([&] { return ::openat(fd_.get(), name, kFlags, mode); }));
}

Fd Directory::open_file(const char* name) const {
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
  return Fd(retry_on_interrupt([&] { return ::openat(fd_.get(), name, kFlags); }));
}

Fd Directory::empty_file(const char* name) const {
  constexpr int kFlags = O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
  return Fd(retry_on_interrupt([&] { return ::openat(fd_.get(), name, kFlags); }));
}

int Directory::make_executable(const char* name) const {
  const FileStamp file = stamp_below(name);
  if (file.type != FileType::Regular) return ENOENT;
  return errno_of(::fchmodat(fd_.get(), name, file.mode | ((file.mode & 0444) >> 2), 0));
}

FileStamp Directory::stamp_below(const char* name) const {
  struct stat status {};
  if (::fstatat(fd_.get(), name, &status, AT_SYMLINK_NOFOLLOW) != 0) return {};
  return stamp_from(status);
}

int Directory::link_from(int source_directory_fd, const char* source, const char* name) const {
  return errno_of(::linkat(source_directory_fd, source, fd_.get(), name, 0));
}

int Directory::make_symlink(const char* target, const char* name) const {
  return errno_of(::symlinkat(target, fd_.get(), name));
}

int Directory::rename_to(const char* name, const Directory& destination,
                         const char* new_name) const {
  return errno_of(::renameat(fd_.get(), name, destination.fd(), new_name));
}

int Directory::unlink(const char* name) const {
  return errno_of(::unlinkat(fd_.get(), name, 0));
}

}  // namespace lpm::os
