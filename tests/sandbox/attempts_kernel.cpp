// Attempts on the kernel itself: mounts, namespaces, rights, devices, other entries.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "sandbox/scene.h"

namespace lpm::sandbox_test {
namespace {

bool mounts_over(const Scene& scene) {
  const std::string place = scene.own("place");
  ::mkdir(place.c_str(), 0755);
  if (::mount("tmpfs", place.c_str(), "tmpfs", 0, nullptr) != 0) return false;
  ::umount2(place.c_str(), MNT_DETACH);
  return true;
}

bool clones_namespaces(const Scene&) {
  const long child = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, 0);
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child > 0;
}

bool clones_namespaces_anew(const Scene&) {
  clone_args arguments{};
  arguments.flags = CLONE_NEWUSER;
  arguments.exit_signal = SIGCHLD;
  const long child = ::syscall(SYS_clone3, &arguments, sizeof(arguments));
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return child > 0;
}

bool enters_namespace(const Scene& scene) {
  const std::string path = "/proc/" + std::to_string(scene.victim) + "/ns/uts";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return fd >= 0 && ::setns(fd, 0) == 0;
}

// The program belongs to nobody and has the set-user-id bit.
bool becomes_nobody(const Scene& scene) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(scene.sibling("as-nobody").c_str(), "as-nobody", "is-nobody", nullptr);
    ::_exit(1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

bool has_rights(const Scene&) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> rights{};
  return ::syscall(SYS_capget, &header, rights.data()) == 0 && rights[0].effective != 0;
}

bool loads_bpf(const Scene&) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return ::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes)) >= 0;
}

bool opens_ring(const Scene&) {
  io_uring_params parameters{};
  return ::syscall(SYS_io_uring_setup, 1, &parameters) >= 0;
}

bool counts_events(const Scene&) {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  return ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0) >= 0;
}

bool types_in_terminal(const Scene& scene) {
  ::setsid();
  const int fd = ::open(scene.terminal.c_str(), O_RDWR | O_CLOEXEC);
  return fd >= 0 && ::ioctl(fd, TIOCSTI, "x") == 0;
}

bool opens_by_handle(const Scene& scene) {
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> buffer{};
  auto* const handle = reinterpret_cast<file_handle*>(buffer.data());
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  if (::name_to_handle_at(AT_FDCWD, scene.own("").c_str(), handle, &mount, 0) != 0) return false;
  const int folder = ::open(scene.package.c_str(), O_RDONLY | O_CLOEXEC);
  return ::open_by_handle_at(folder, handle, O_RDONLY | O_CLOEXEC) >= 0;
}

#if defined(__x86_64__)
bool calls_as_i386(const Scene&) {
  constexpr int kGetpid = 20;
  int result = kGetpid;
  asm volatile("int $0x80" : "+a"(result) : : "memory", "cc", "r8", "r9", "r10", "r11");
  return result == ::getpid();
}
bool calls_as_x32(const Scene&) {
  constexpr long kX32 = 0x40000000L;
  return ::syscall(kX32 + SYS_getpid) == ::getpid();
}
#endif

// setxattrat of Linux 6.13: newer than the list of calls that were judged.
bool sets_attribute_by_new_call(const Scene& scene) {
  constexpr long kSetxattrat = 463;
  struct {
    std::uint64_t value;
    std::uint32_t size;
    std::uint32_t flags;
  } value{reinterpret_cast<std::uint64_t>("x"), 1, 0};
  return ::syscall(kSetxattrat, AT_FDCWD, scene.outside("file").c_str(), 0, "user.lpm2", &value,
                   sizeof(value)) == 0;
}

bool opens_for_writing(const char* path) {
  return ::open(path, O_WRONLY | O_CLOEXEC) >= 0;
}

}  // namespace

const std::vector<Attempt>& kernel_attempts() {
  static const std::vector<Attempt> all = {
    {"mount", mounts_over, Needs::Root},
    {"new-mount-api",
     [](const Scene& s) {
       return ::syscall(SYS_open_tree, AT_FDCWD, s.package.c_str(), 1 /* OPEN_TREE_CLONE */) >= 0;
     },
     Needs::Root},
    {"unshare-user", [](const Scene&) { return ::unshare(CLONE_NEWUSER) == 0; }},
    {"clone-user", clones_namespaces},
    {"clone3-user", clones_namespaces_anew},
    {"enter-namespace", enters_namespace, Needs::Root},
    {"chroot", [](const Scene& s) { return ::chroot(s.package.c_str()) == 0; }, Needs::Root},
    {"set-user-id-program", becomes_nobody, Needs::Root},
    {"rights-of-root", has_rights, Needs::Root},
    {"bpf", loads_bpf, Needs::Kernel},
    {"io-uring", opens_ring, Needs::Kernel},
    {"perf-events", counts_events, Needs::Kernel},
    {"keyring",
     [](const Scene&) {
       return ::syscall(SYS_add_key, "user", "lpm-sandbox-test", "x", 1, -3) >= 0;
     },
     Needs::Kernel},
    {"keyring-of-session",
     [](const Scene&) { return ::syscall(SYS_keyctl, 0 /* get id */, -3, 1) >= 0; }, Needs::Kernel},
    {"userfaultfd", [](const Scene&) { return ::syscall(SYS_userfaultfd, O_CLOEXEC) >= 0; },
     Needs::Kernel},
    {"open-by-handle", opens_by_handle, Needs::Root},
    {"host-name",
     [](const Scene&) {
       std::array<char, 256> name{};
       return ::gethostname(name.data(), name.size()) == 0 &&
              ::sethostname(name.data(), std::strlen(name.data())) == 0;
     },
     Needs::Root},
    {"kernel-log",
     [](const Scene&) { return ::syscall(SYS_syslog, 10 /* size */, nullptr, 0) > 0; },
     Needs::Root},
    {"core-pattern",
     [](const Scene&) { return opens_for_writing("/proc/sys/kernel/core_pattern"); }, Needs::Root},
    {"sysrq", [](const Scene&) { return opens_for_writing("/proc/sysrq-trigger"); }, Needs::Kernel},
    {"kernel-messages", [](const Scene&) { return opens_for_writing("/dev/kmsg"); }, Needs::Root},
    {"physical-memory", [](const Scene&) { return can_read("/dev/mem"); }, Needs::Kernel},
    {"make-device",
     [](const Scene& s) {
       ::unlink(s.own("device").c_str());
       return ::mknod(s.own("device").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0 &&
              can_read(s.own("device"));
     },
     Needs::Root},
    {"type-in-terminal", types_in_terminal, Needs::Root},
#if defined(__x86_64__)
    {"entry-of-i386", calls_as_i386, Needs::Kernel},
    {"entry-of-x32", calls_as_x32, Needs::Kernel},
#endif
    {"attribute-by-unjudged-call", sets_attribute_by_new_call, Needs::Kernel},
  };
  return all;
}

}  // namespace lpm::sandbox_test
