// Attempts on other processes, and on sockets of other programs.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "sandbox/scene.h"

namespace lpm::sandbox_test {
namespace {

std::string proc_of(const Scene& scene, const char* name) {
  return "/proc/" + std::to_string(scene.victim) + "/" + name;
}

int pidfd_of(pid_t pid) {
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

bool reads_memory_file(const Scene& scene) {
  const int fd = ::open(proc_of(scene, "mem").c_str(), O_RDONLY | O_CLOEXEC);
  char byte = 0;
  return fd >= 0 && ::pread(fd, &byte, 1, static_cast<off_t>(scene.victim_address)) == 1;
}

bool copies_memory(const Scene& scene, bool writes) {
  char byte = 't';
  const iovec local{&byte, 1};
  const iovec remote{reinterpret_cast<void*>(scene.victim_address), 1};
  return (writes ? ::process_vm_writev(scene.victim, &local, 1, &remote, 1, 0)
                 : ::process_vm_readv(scene.victim, &local, 1, &remote, 1, 0)) == 1;
}

bool connects(int fd, const void* address, std::size_t size) {
  return fd >= 0 &&
         ::connect(fd, static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)) == 0;
}

bool connects_to_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return connects(::socket(AF_UNIX, SOCK_STREAM, 0), &address, sizeof(address));
}

// A pair is allowed as a pipe; one that takes addresses would reach any socket.
bool sends_from_pair(const Scene& scene) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()) != 0) return false;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = scene.outside("datagram.sock");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return ::sendto(ends[0], "x", 1, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 1;
}

bool connects_to_abstract(const Scene& scene) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = scene.abstract_name();
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return connects(::socket(AF_UNIX, SOCK_STREAM, 0), &address,
                  offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool connects_by_tcp(const Scene& scene) {
  const sockaddr_in address = loopback(scene.port);
  return connects(::socket(AF_INET, SOCK_STREAM, 0), &address, sizeof(address));
}

bool sends_by_udp(const Scene& scene) {
  const sockaddr_in address = loopback(scene.port);
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  return fd >= 0 &&
         ::sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 1;
}

bool listens_by_tcp(const Scene&) {
  const sockaddr_in address = loopback(0);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  return fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
         ::listen(fd, 1) == 0;
}

bool attaches(const Scene& scene) {
  const bool result = ::ptrace(PTRACE_SEIZE, scene.victim, nullptr, nullptr) == 0;
  if (result) ::ptrace(PTRACE_INTERRUPT, scene.victim, nullptr, nullptr);
  return result;
}

}  // namespace

const std::vector<Attempt>& process_attempts() {
  static const std::vector<Attempt> all = {
      {"inherited-environment",
       [](const Scene&) { return std::getenv("LPM_SANDBOX_TOKEN") != nullptr; }},
      {"read-environment-of-another",
       [](const Scene& s) { return can_read(proc_of(s, "environ")); }},
      {"read-environment-of-parent",
       [](const Scene&) { return can_read("/proc/" + std::to_string(::getppid()) + "/environ"); }},
      {"read-command-line-of-another",
       [](const Scene& s) { return can_read(proc_of(s, "cmdline")); }},
      {"read-memory-of-another", reads_memory_file},
      {"read-file-through-root-of-another",
       [](const Scene& s) { return can_read(proc_of(s, "root") + s.home(".ssh/id")); }},
      {"copy-from-memory", [](const Scene& s) { return copies_memory(s, false); }},
      {"copy-to-memory", [](const Scene& s) { return copies_memory(s, true); }},
      {"trace-another", attaches},
      {"signal-another", [](const Scene& s) { return ::kill(s.victim, SIGWINCH) == 0; }},
      {"signal-thread-of-another",
       [](const Scene& s) {
         return ::syscall(SYS_tgkill, s.victim, s.victim, SIGWINCH) == 0 ||
                ::syscall(SYS_tkill, s.victim, SIGWINCH) == 0;
       }},
      {"signal-group-of-another", [](const Scene& s) { return ::kill(-s.victim, SIGWINCH) == 0; }},
      {"signal-by-descriptor",
       [](const Scene& s) {
         return ::syscall(SYS_pidfd_send_signal, pidfd_of(s.victim), SIGWINCH, nullptr, 0) == 0;
       }},
      {"signal-by-owner-of-pipe",
       [](const Scene& s) {
         std::array<int, 2> ends{};
         return ::pipe(ends.data()) == 0 && ::fcntl(ends[0], F_SETOWN, s.victim) == 0;
       }},
      {"take-descriptor-of-another",
       [](const Scene& s) { return ::syscall(SYS_pidfd_getfd, pidfd_of(s.victim), 0, 0) >= 0; }},
      {"limits-of-another",
       [](const Scene& s) {
         rlimit limit{};
         return ::prlimit(s.victim, RLIMIT_NOFILE, nullptr, &limit) == 0;
       }},
      {"priority-of-another",
       [](const Scene& s) {
         return ::setpriority(PRIO_PROCESS, static_cast<id_t>(s.victim), 5) == 0;
       }},
      {"compare-with-another",
       [](const Scene& s) { return ::syscall(SYS_kcmp, ::getpid(), s.victim, 1, 0, 0) >= 0; },
       Needs::Kernel},
  };
  return all;
}

const std::vector<Attempt>& socket_attempts() {
  static const std::vector<Attempt> all = {
      {"connect-to-agent",
       [](const Scene& s) { return connects_to_path(s.outside("agent.sock")); }},
      {"connect-to-socket-in-readable-folder",
       [](const Scene& s) { return connects_to_path(s.sibling("s.sock")); }},
      {"connect-to-abstract-socket", connects_to_abstract},
      {"send-datagram-from-pair", sends_from_pair},
      {"connect-by-tcp", connects_by_tcp},
      {"listen-by-tcp", listens_by_tcp},
      {"send-by-udp", sends_by_udp},
      {"netlink", [](const Scene&) { return ::socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) >= 0; }},
      {"netlink-of-kernel-events",
       [](const Scene&) { return ::socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT) >= 0; }},
      {"packet-socket", [](const Scene&) { return ::socket(AF_PACKET, SOCK_RAW, 0) >= 0; },
       Needs::Root},
      {"raw-socket", [](const Scene&) { return ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0; },
       Needs::Root},
      {"vsock", [](const Scene&) { return ::socket(AF_VSOCK, SOCK_STREAM, 0) >= 0; },
       Needs::Kernel},
      {"shared-memory-by-key", [](const Scene& s) { return ::shmget(s.shared_memory, 0, 0) >= 0; }},
      {"message-queue",
       [](const Scene& s) {
         return ::mq_open(("/" + s.abstract_name()).c_str(), O_RDONLY | O_CLOEXEC) >= 0;
       }},
  };
  return all;
}

}  // namespace lpm::sandbox_test
