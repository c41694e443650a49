#include "os/sandbox_program_linux.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "os/landlock_linux.h"
#include "os/retry.h"
#include "os/sandbox_supervise_linux.h"

namespace lpm::os {
namespace {

constexpr int kCannotRun = 127;

int usable_landlock(const SandboxRequest& request) {
  return std::min(landlock_version(), request.newest_landlock);
}

Status limit(int resource, std::uint64_t value) {
  if (value == 0) return {};
  rlimit current{};
  ::getrlimit(static_cast<__rlimit_resource_t>(resource), &current);
  const rlim_t wanted = std::min<rlim_t>(value, current.rlim_max);
  const rlimit both{wanted, wanted};
  if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &both) != 0)
    return system_error(errno, "a limit of the sandbox cannot be set", "");
  return {};
}

Status apply_limits(const SandboxOrder& order) {
  const SandboxLimits& limits = order.request.limits;
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  LPM_TRY(limit(RLIMIT_CPU, limits.cpu_seconds));
  LPM_TRY(limit(RLIMIT_FSIZE, limits.file_bytes));
  LPM_TRY(limit(RLIMIT_NOFILE, limits.open_files));
  LPM_TRY(limit(RLIMIT_DATA, limits.memory_bytes));
  // Elsewhere the number is that of all processes of the user. It counts threads.
  constexpr std::uint64_t kThreadsOfOne = 16;
  if (order.request.level == SandboxLevel::Full)
    LPM_TRY(limit(RLIMIT_NPROC, limits.processes * kThreadsOfOne));
  return {};
}

// Root without its rights is an ordinary user; in a user namespace they would be rights over it.
Status drop_capabilities() {
  constexpr int kNumbers = 64;
  for (int capability = 0; capability < kNumbers; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // only who has any can, and needs to
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0)
    return system_error(errno, "the rights of the sandbox cannot be dropped", "");
  return {};
}

LandlockRules rules_of(const SandboxOrder& order) {
  const SandboxRequest& request = order.request;
  LandlockRules rules;
  rules.allows_tcp = request.network == SandboxNetwork::Granted;
  rules.devices = system_devices();
  rules.writable = request.writable;
  if (request.level == SandboxLevel::Full) {
    // The new root holds nothing else.
    rules.readable = {"/"};
    rules.writable.insert(rules.writable.end(), {"/tmp", "/dev/shm"});
    return rules;
  }
  rules.writable.push_back(order.scratch);
  rules.readable = request.readable;
  const auto add = [&rules](const std::vector<std::string>& more) {
    rules.readable.insert(rules.readable.end(), more.begin(), more.end());
  };
  add(system_folders());
  add(system_files());
  if (rules.allows_tcp) add(network_files());
  add({"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/version",
       "/proc/filesystems", "/proc/loadavg", "/proc/sys/vm/overcommit_memory"});
  return rules;
}

Status restrict_this_process(const SandboxOrder& order, const Fd& channel) {
  if (order.request.level == SandboxLevel::None) return {};
  LPM_TRY(drop_capabilities());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return system_error(errno, "no_new_privs cannot be set", "");
  const int landlock = usable_landlock(order.request);
  if (landlock > 0) LPM_TRY(apply_landlock(rules_of(order), landlock));
  const auto filter = build_filter(call_rules(filter_policy(order)));
  LPM_TRY_ASSIGN(const Fd listener, install_filter(filter));
  // From here on the supervisor answers some calls: it must have the listener.
  std::array<char, CMSG_SPACE(sizeof(int))> control{};
  char byte = 0;
  iovec piece{&byte, 1};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = listener.get();
  std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  if (::sendmsg(channel.get(), &message, 0) != 1)
    return system_error(errno, "the sandbox cannot tell its supervisor of the filter", "");
  return {};
}

Fd receive_listener(const Fd& channel) {
  std::array<char, CMSG_SPACE(sizeof(int))> control{};
  char byte = 0;
  iovec piece{&byte, 1};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto count =
      retry_on_interrupt([&] { return ::recvmsg(channel.get(), &message, MSG_CMSG_CLOEXEC); });
  const cmsghdr* const header = count == 1 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
  return Fd(fd);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void stop_with(const Error& error) {
  std::string text = error.what;
  for (const Fact& fact : error.facts) text += ": " + fact.text;
  report_line("error", text);
  ::_exit(kCannotRun);
}

[[noreturn]] void become_program(const SandboxOrder& order, const Fd& channel) {
  const SandboxRequest& request = order.request;
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (Status limited = apply_limits(order); !limited) stop_with(limited.error());
  if (::chdir(request.directory.c_str()) != 0)
    stop_with(system_error(errno, "cannot enter `" + request.directory + "`", ""));
  std::vector<std::string> arguments = request.argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value);
  if (Status done = restrict_this_process(order, channel); !done) stop_with(done.error());
  if (order.is_probe) ::_exit(0);
  release_signals();
  std::signal(SIGPIPE, SIG_DFL);
  ::execve(request.argv[0].c_str(), pointers_to(arguments).data(), pointers_to(variables).data());
  stop_with(system_error(errno, "cannot run `" + request.argv[0] + "`", ""));
}

}  // namespace

FilterPolicy filter_policy(const SandboxOrder& order) {
  const SandboxRequest& request = order.request;
  return {request.level, request.network == SandboxNetwork::Granted,
          usable_landlock(request) >= kLandlockWithScopes};
}

bool has_filter(const SandboxOrder& order) {
  return order.request.level != SandboxLevel::None;
}

Result<Watch> start_program(const SandboxOrder& order) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return system_error(errno, "cannot make a socket pair", "");
  const Fd here(ends[0]);
  Fd there(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, "cannot start a process", "");
  if (child == 0) become_program(order, there);
  there.reset();
  Watch watch;
  watch.program = child;
  watch.writable = order.request.writable;
  watch.owns_process_ids = order.request.level == SandboxLevel::Full;
  if (has_filter(order)) {
    watch.writable.push_back(order.scratch);
    watch.rules = call_rules(filter_policy(order));
    watch.listener = receive_listener(here);
  }
  return watch;
}

}  // namespace lpm::os
