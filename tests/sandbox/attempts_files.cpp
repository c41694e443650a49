// Attempts on files: reading, changing, moving, and their attributes.
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sandbox/scene.h"

namespace lpm::sandbox_test {
namespace {

constexpr mode_t kNewMode = 0606;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

bool has_old_time(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_mtim.tv_sec == 1000;
}

constexpr timespec kOldTimes[2] = {{1000, 0}, {1000, 0}};

bool lists(const std::string& path) {
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) return false;
  bool found = false;
  while (const dirent* entry = ::readdir(folder)) found = found || entry->d_name[0] != '.';
  ::closedir(folder);
  return found;
}

bool link_and_read(const Scene& scene) {
  const std::string name = scene.own("linked");
  ::unlink(name.c_str());
  return ::link(scene.project(".env").c_str(), name.c_str()) == 0 && can_read(name);
}

bool symlink_and(const Scene& scene, const std::string& target,
                 bool (*use)(const std::string& path)) {
  const std::string name = scene.own("symlink");
  ::unlink(name.c_str());
  return ::symlink(target.c_str(), name.c_str()) == 0 && use(name);
}

std::string made_own(const Scene& scene, const char* name) {
  const std::string path = scene.own(name);
  ::close(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  return path;
}

bool sets_file_flags(const Scene& scene) {
  const int fd = ::open(scene.sibling("index.js").c_str(), O_RDONLY | O_CLOEXEC);
  int flags = 0;
  if (fd < 0 || ::ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0) return false;
  flags ^= FS_NODUMP_FL;
  return ::ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
}

}  // namespace

bool can_read(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 0;
  const bool result = fd >= 0 && ::read(fd, &byte, 1) == 1;
  if (fd >= 0) ::close(fd);
  return result;
}

bool can_write(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  const bool result = fd >= 0 && ::write(fd, "x", 1) == 1;
  if (fd >= 0) ::close(fd);
  return result;
}

bool can_create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

const std::vector<Attempt>& file_attempts() {
  static const std::vector<Attempt> all = {
      {"read-ssh-key", [](const Scene& s) { return can_read(s.home(".ssh/id")); }},
      {"read-user-npmrc", [](const Scene& s) { return can_read(s.home(".npmrc")); }},
      {"list-home", [](const Scene& s) { return lists(s.home("visible")); }},
      {"read-dotenv", [](const Scene& s) { return can_read(s.project(".env")); }},
      {"read-dotenv-by-relative-path", [](const Scene&) { return can_read("../../.env"); }},
      {"read-dotenv-through-own-root",
       [](const Scene& s) { return can_read("/proc/self/root" + s.project(".env")); }},
      {"read-project-sources", [](const Scene& s) { return can_read(s.project("src/index.js")); }},
      {"read-passwords", [](const Scene&) { return can_read("/etc/shadow"); }, Needs::Root},
      {"write-sibling", [](const Scene& s) { return can_write(s.sibling("index.js")); }},
      {"create-in-sibling", [](const Scene& s) { return can_create(s.sibling("new.js")); }},
      {"remove-from-sibling",
       [](const Scene& s) { return ::unlink(s.sibling("remove-me").c_str()) == 0; }},
      {"truncate-sibling",
       [](const Scene& s) { return ::truncate(s.sibling("cut-me").c_str(), 1) == 0; }},
      {"open-truncating",
       [](const Scene& s) {
         return ::open(s.sibling("cut-me").c_str(), O_RDONLY | O_TRUNC | O_CLOEXEC) >= 0;
       }},
      {"write-sibling-through-symlink",
       [](const Scene& s) { return symlink_and(s, s.sibling("index.js"), can_write); }},
      {"write-git-hook", [](const Scene& s) { return can_create(s.project(".git/hooks/pre")); }},
      {"write-manifest", [](const Scene& s) { return can_write(s.project("package.json")); }},
      {"write-user-cache", [](const Scene& s) { return can_write(s.home(".cache/tool")); }},
      {"write-npm-cache", [](const Scene& s) { return can_create(s.home(".npm/entry")); }},
      {"write-shell-profile", [](const Scene& s) { return can_create(s.home(".profile")); }},
      {"create-elsewhere", [](const Scene& s) { return can_create(s.outside("new")); }},
      {"make-folder-elsewhere",
       [](const Scene& s) { return ::mkdir(s.outside("folder").c_str(), 0755) == 0; }},
      {"make-pipe-elsewhere",
       [](const Scene& s) { return ::mkfifo(s.outside("pipe").c_str(), 0644) == 0; }},
      {"rename-out",
       [](const Scene& s) {
         return ::rename(made_own(s, "mine").c_str(), s.outside("mine").c_str()) == 0;
       }},
      {"rename-in",
       [](const Scene& s) {
         return ::rename(s.outside("take-me").c_str(), s.own("taken").c_str()) == 0;
       }},
      {"rename-own-folder",
       [](const Scene& s) {
         const std::string moved = s.package + "-moved";
         return ::rename(s.package.c_str(), moved.c_str()) == 0 &&
                ::rename(moved.c_str(), s.package.c_str()) == 0;
       }},
      {"hard-link-in", link_and_read},
      {"hard-link-out",
       [](const Scene& s) {
         return ::link(made_own(s, "mine").c_str(), s.outside("linked").c_str()) == 0;
       }},
      {"symlink-in", [](const Scene& s) { return symlink_and(s, s.project(".env"), can_read); }},
      {"symlink-out",
       [](const Scene& s) { return ::symlink("target", s.outside("link").c_str()) == 0; }},
      {"write-etc",
       [](const Scene&) {
         return can_create("/etc/lpm-sandbox-test") && ::unlink("/etc/lpm-sandbox-test") == 0;
       },
       Needs::Root},
      {"write-usr",
       [](const Scene&) {
         return can_create("/usr/lib/lpm-sandbox-test") &&
                ::unlink("/usr/lib/lpm-sandbox-test") == 0;
       },
       Needs::Root},
      {"inherited-descriptor",
       [](const Scene&) {
         char byte = 0;
         return ::pread(kInherited, &byte, 1, 0) == 1;
       }},
      {"watch-elsewhere",
       [](const Scene& s) {
         const int fd = ::inotify_init1(IN_CLOEXEC);
         return fd >= 0 && ::inotify_add_watch(fd, s.outside("").c_str(), IN_ALL_EVENTS) >= 0;
       }},
  };
  return all;
}

const std::vector<Attempt>& attribute_attempts() {
  static const std::vector<Attempt> all = {
      {"chmod-elsewhere",
       [](const Scene& s) {
         ::chmod(s.outside("file").c_str(), kNewMode);
         return mode_of(s.outside("file")) == kNewMode;
       }},
      {"chmod-through-symlink",
       [](const Scene& s) {
         const std::string link = s.own("to-outside");
         ::unlink(link.c_str());
         return ::symlink(s.outside("file2").c_str(), link.c_str()) == 0 &&
                ::chmod(link.c_str(), kNewMode) == 0;
       }},
      {"chmod-sibling-by-descriptor",
       [](const Scene& s) {
         const int fd = ::open(s.sibling("index.js").c_str(), O_RDONLY | O_CLOEXEC);
         return fd >= 0 && ::fchmod(fd, kNewMode) == 0;
       }},
      {"chmod-by-relative-path",
       [](const Scene&) { return ::fchmodat(AT_FDCWD, "../sibling/index.js", kNewMode, 0) == 0; }},
      {"chmod-through-own-proc",
       [](const Scene& s) {
         const int fd = ::open(s.sibling("").c_str(), O_PATH | O_CLOEXEC);
         const std::string path = "/proc/self/fd/" + std::to_string(fd) + "/index.js";
         return fd >= 0 && ::chmod(path.c_str(), kNewMode) == 0;
       }},
      {"times-elsewhere",
       [](const Scene& s) {
         ::utimensat(AT_FDCWD, s.outside("file").c_str(), kOldTimes, 0);
         return has_old_time(s.outside("file"));
       }},
      {"times-by-old-call",
       [](const Scene& s) {
         const timeval old[2] = {{1000, 0}, {1000, 0}};
         ::utimes(s.outside("file2").c_str(), old);
         return has_old_time(s.outside("file2"));
       }},
      {"times-of-sibling-by-descriptor",
       [](const Scene& s) {
         const int fd = ::open(s.sibling("index.js").c_str(), O_RDONLY | O_CLOEXEC);
         return fd >= 0 && ::futimens(fd, kOldTimes) == 0;
       }},
      {"give-away",
       [](const Scene& s) {
         struct stat status {};
         ::chown(s.outside("file").c_str(), 12345, 12345) == 0 ? void() : void();
         return ::stat(s.outside("file").c_str(), &status) == 0 && status.st_uid == 12345;
       },
       Needs::Root},
      {"extended-attribute-elsewhere",
       [](const Scene& s) {
         return ::setxattr(s.outside("file").c_str(), "user.lpm", "x", 1, 0) == 0;
       }},
      {"file-flags-of-sibling", sets_file_flags, Needs::Kernel},
  };
  return all;
}

}  // namespace lpm::sandbox_test
