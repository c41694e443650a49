// Listing folders and removing trees.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "os/files.h"
#include "os/retry.h"

namespace lpm::os {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using OpenDirectory = std::unique_ptr<DIR, CloseDirectory>;

FileType type_of(const dirent& entry, int directory_fd) {
  switch (entry.d_type) {
    case DT_REG:
      return FileType::Regular;
    case DT_DIR:
      return FileType::Directory;
    case DT_LNK:
      return FileType::Symlink;
    case DT_UNKNOWN:
      break;  // some file systems do not tell
    default:
      return FileType::Other;
  }
  struct stat status {};
  if (::fstatat(directory_fd, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
    return FileType::Missing;
  if (S_ISREG(status.st_mode)) return FileType::Regular;
  if (S_ISDIR(status.st_mode)) return FileType::Directory;
  return S_ISLNK(status.st_mode) ? FileType::Symlink : FileType::Other;
}

// Appends the entries of an open folder, unsorted; 0 or an errno value.
int read_entries(DIR* directory, std::vector<DirectoryEntry>& entries) {
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(directory);
    if (entry == nullptr) return errno;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    entries.push_back({std::string(name), type_of(*entry, ::dirfd(directory))});
  }
}

int open_for_removal(int parent, const char* name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const int fd = retry_on_interrupt([&] { return ::openat(parent, name, kFlags); });
  if (fd >= 0 || errno != EACCES) return fd;
  // A folder that its owner may not list; only its owner can change that.
  if (::fchmodat(parent, name, 0700, 0) != 0) return -1;
  return ::openat(parent, name, kFlags);
}

// Removes a tree with a bounded number of open descriptors: what lies deeper than kMaxDepth is
// moved up into the tree's own root, whose content is listed again until it is empty.
class TreeRemover {
 public:
  explicit TreeRemover(int top) : top_(top) {}

  int empty_top() {
    do {
      moved_up_ = false;
      if (const int problem = empty(top_, 0)) return problem;
    } while (moved_up_);
    return 0;
  }

 private:
  static constexpr int kMaxDepth = 64;

  int empty(int fd, int depth) {
    OpenDirectory directory(::fdopendir(::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
    if (directory == nullptr) return errno;
    std::vector<DirectoryEntry> entries;
    if (const int problem = read_entries(directory.get(), entries)) return problem;
    directory.reset();
    for (const DirectoryEntry& entry : entries) {
      if (const int problem = remove(fd, entry, depth)) return problem;
    }
    return 0;
  }

  int remove(int parent, const DirectoryEntry& entry, int depth) {
    const char* const name = entry.name.c_str();
    if (entry.type != FileType::Directory) return unlink(parent, name, 0);
    if (depth == kMaxDepth) return move_up(parent, name);
    const Fd fd(open_for_removal(parent, name));
    if (!fd.valid()) return errno == ENOENT ? 0 : errno;
    if (const int problem = empty(fd.get(), depth + 1)) return problem;
    return unlink(parent, name, AT_REMOVEDIR);
  }

  static int unlink(int parent, const char* name, int flags) {
    if (::unlinkat(parent, name, flags) == 0 || errno == ENOENT) return 0;
    if (errno != EACCES || ::fchmod(parent, 0700) != 0) return errno;
    return ::unlinkat(parent, name, flags) == 0 ? 0 : errno;
  }

  int move_up(int parent, const char* name) {
    moved_up_ = true;
    return ::renameat(parent, name, top_, unique_suffix().c_str()) == 0 ? 0 : errno;
  }

  int top_;
  bool moved_up_ = false;
};

int remove_directory(const std::string& path) {
  const Fd fd(open_for_removal(AT_FDCWD, path.c_str()));
  if (!fd.valid()) return errno;
  if (const int problem = TreeRemover(fd.get()).empty_top()) return problem;
  return ::rmdir(path.c_str()) == 0 ? 0 : errno;
}

}  // namespace

Result<std::vector<DirectoryEntry>> list_directory(const std::string& path) {
  const OpenDirectory directory(::opendir(path.c_str()));
  if (directory == nullptr) return system_error(errno, "cannot list `" + path + "`", path);
  std::vector<DirectoryEntry> entries;
  if (const int problem = read_entries(directory.get(), entries))
    return system_error(problem, "cannot list `" + path + "`", path);
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

Status remove_tree(const std::string& path) {
  if (stamp_link(path).type != FileType::Directory) return remove_file(path);
  const int problem = remove_directory(path);
  if (problem == 0 || problem == ENOENT) return {};
  return system_error(problem, "cannot remove `" + path + "`", path);
}

}  // namespace lpm::os
