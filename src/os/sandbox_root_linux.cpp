// The new root is a small tmpfs. What scripts may see is cloned from the machine's tree, each at
// its own path, and made read-only; then the machine's root is left for good. Paths are opened
// without following links, cloned by descriptor, and put in place by descriptor.
#include "os/sandbox_root_linux.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "os/files.h"

namespace lpm::os {
namespace {

// Any folder that is there: it is hidden by the new root while that is being filled.
constexpr const char* kBuildingPlace = "/usr";
constexpr unsigned kUserInside = 1000;  // of root outside

constexpr std::uint64_t kReadOnly = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
constexpr std::uint64_t kWritable = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
constexpr std::uint64_t kDevice = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

struct Bind {
  std::string source;
  std::string target;
  std::uint64_t attributes = kReadOnly;
  Fd tree = {};
  bool is_folder = true;
};

Status write_text(const char* path, const std::string& text) {
  const Fd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (!fd.valid() || ::write(fd.get(), text.data(), text.size()) < 0)
    return system_error(errno, std::string("cannot write `") + path + "`", path);
  return {};
}

int open_without_links(int folder, const std::string& path, std::uint64_t resolve) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS | resolve;
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof(how)));
}

// Takes a copy of the tree at `bind.source` out of the machine's; none when there is nothing.
Status clone_tree(Bind& bind) {
  const Fd source(open_without_links(AT_FDCWD, bind.source, 0));
  if (!source.valid() && (errno == ENOENT || errno == ENOTDIR || errno == EACCES)) return {};
  if (!source.valid())
    return system_error(errno, "cannot open `" + bind.source + "` for the sandbox", bind.source);
  struct stat status {};
  if (::fstat(source.get(), &status) != 0) return system_error(errno, "cannot look at a path", "");
  bind.is_folder = S_ISDIR(status.st_mode);
  bind.tree = Fd(::open_tree(source.get(), "",
                             AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  mount_attr attributes{};
  attributes.attr_set = bind.attributes;
  if (!bind.tree.valid() || ::mount_setattr(bind.tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE,
                                            &attributes, sizeof(attributes)) != 0)
    return system_error(errno, "cannot show `" + bind.source + "` to the sandbox", bind.source);
  return {};
}

// The folders above `target` and, unless nothing, an empty folder or file to mount over.
void make_place(int root, const std::string& target, std::optional<bool> is_folder) {
  for (std::size_t slash = target.find('/', 1); slash != std::string::npos;
       slash = target.find('/', slash + 1))
    ::mkdirat(root, target.substr(1, slash - 1).c_str(), 0755);
  const std::string name = target.substr(1);
  if (!is_folder) return;
  if (*is_folder)
    ::mkdirat(root, name.c_str(), 0755);
  else
    ::mknodat(root, name.c_str(), S_IFREG | 0444, 0);
}

Status put(int root, const Bind& bind) {
  make_place(root, bind.target, bind.is_folder);
  const Fd place(open_without_links(root, bind.target.substr(1), RESOLVE_BENEATH));
  if (!place.valid() || ::move_mount(bind.tree.get(), "", place.get(), "",
                                     MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    return system_error(errno, "cannot place `" + bind.target + "` in the sandbox", bind.target);
  return {};
}

struct Link {
  std::string place;
  std::string target;
};

struct Plan {
  std::vector<Bind> binds;
  std::vector<Link> links;
};

// A system folder may be a link (/bin to usr/bin): a link inside as well.
void add_system_folder(Plan& plan, const std::string& path) {
  if (stamp_link(path).type != FileType::Symlink) return plan.binds.push_back({path, path});
  if (auto target = read_symlink(path)) plan.links.push_back({path, std::move(*target)});
}

Plan plan_root(const SandboxOrder& order) {
  const SandboxRequest& request = order.request;
  Plan plan;
  for (const std::string& path : system_folders()) add_system_folder(plan, path);
  std::vector<std::string> files = system_files();
  if (request.network == SandboxNetwork::Granted)
    files.insert(files.end(), network_files().begin(), network_files().end());
  for (const std::string& path : files)
    if (auto real = real_path(path); real && path != "/etc/passwd" && path != "/etc/group")
      plan.binds.push_back({std::move(*real), path});
  for (const std::string& path : system_devices()) plan.binds.push_back({path, path, kDevice});
  for (const std::string& path : request.readable) plan.binds.push_back({path, path});
  for (const std::string& path : request.writable) plan.binds.push_back({path, path, kWritable});
  plan.binds.push_back({order.scratch, "/tmp", kWritable});
  // What holds others comes before them.
  std::stable_sort(plan.binds.begin(), plan.binds.end(),
                   [](const Bind& a, const Bind& b) { return a.target.size() < b.target.size(); });
  return plan;
}

void write_small_file(int root, const char* name, const std::string& text) {
  const Fd fd(::openat(root, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (fd.valid())
    write_fully(fd.get(), Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

// Names for the ids that are there; the machine's users are nobody's business.
void write_users(int root) {
  const std::string user = std::to_string(::getuid());
  const std::string group = std::to_string(::getgid());
  std::string users = "root:x:0:0:root:/:/bin/sh\n";
  std::string groups = "root:x:0:\n";
  if (user != "0") users += "build:x:" + user + ":" + group + ":build:/tmp/home:/bin/sh\n";
  if (group != "0") groups += "build:x:" + group + ":\n";
  write_small_file(root, "etc/passwd", users + "nobody:x:65534:65534:nobody:/:/bin/sh\n");
  write_small_file(root, "etc/group", groups + "nogroup:x:65534:\n");
}

Status mount_own(const char* type, const char* place, unsigned long flags, const char* options) {
  if (::mount(type, place, type, flags, options) == 0) return {};
  return system_error(errno, std::string("cannot mount a new ") + type + " for `/" + place + "`",
                      "");
}

Status fill(int root, Plan& plan) {
  for (const char* folder : {"etc", "proc", "dev", "dev/shm", "tmp"}) ::mkdirat(root, folder, 0755);
  for (const Link& link : plan.links) {
    make_place(root, link.place, std::nullopt);
    ::symlinkat(link.target.c_str(), root, link.place.substr(1).c_str());
  }
  write_users(root);
  for (const Bind& bind : plan.binds)
    if (bind.tree.valid()) LPM_TRY(put(root, bind));
  ::symlinkat("/proc/self/fd", root, "dev/fd");
  ::symlinkat("/proc/self/fd/0", root, "dev/stdin");
  ::symlinkat("/proc/self/fd/1", root, "dev/stdout");
  ::symlinkat("/proc/self/fd/2", root, "dev/stderr");
  constexpr unsigned long kNone = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  // Read-only: files of /proc/sys belong to root, and root may be who we are.
  LPM_TRY(mount_own("proc", "proc", kNone | MS_RDONLY, nullptr));
  return mount_own("tmpfs", "dev/shm", kNone, "size=256m,mode=1777");
}

}  // namespace

Status leave_namespaces(const SandboxOrder& order) {
  const unsigned user = ::geteuid();
  const unsigned group = ::getegid();
  int spaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (order.request.network == SandboxNetwork::None) spaces |= CLONE_NEWNET;
  if (::unshare(spaces) != 0) return system_error(errno, "namespaces cannot be made", "");
  LPM_TRY(write_text("/proc/self/setgroups", "deny"));
  const auto map = [](unsigned outside) {
    const unsigned inside = outside == 0 ? kUserInside : outside;
    return std::to_string(inside) + " " + std::to_string(outside) + " 1\n";
  };
  LPM_TRY(write_text("/proc/self/uid_map", map(user)));
  LPM_TRY(write_text("/proc/self/gid_map", map(group)));
  ::sethostname("build", 5);
  return {};
}

Status enter_new_root(const SandboxOrder& order) {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return system_error(errno, "mounts cannot be made private", "");
  Plan plan = plan_root(order);
  for (Bind& bind : plan.binds) LPM_TRY(clone_tree(bind));
  LPM_TRY(mount_own("tmpfs", kBuildingPlace, MS_NOSUID | MS_NODEV, "size=16m,mode=0755"));
  if (::chdir(kBuildingPlace) != 0) return system_error(errno, "cannot enter the new root", "");
  const Fd root(::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  LPM_TRY(fill(root.get(), plan));
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  if (::mount_setattr(root.get(), "", AT_EMPTY_PATH, &read_only, sizeof(read_only)) != 0)
    return system_error(errno, "the new root cannot be made read-only", "");
  if (::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0 ||
      ::chdir("/") != 0)
    return system_error(errno, "the old root cannot be left", "");
  return {};
}

}  // namespace lpm::os
