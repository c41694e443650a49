// Which system calls a script does not get, and why. The list names what is dangerous and ends with
// the newest call that was judged: a kernel's later calls do not exist for scripts, which is what
// programs for older kernels expect anyway.
#include <asm/sockios.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>

#include "os/seccomp_linux.h"

namespace lpm::os {
namespace {

using When = ArgumentRule::When;

// Numbers that the headers we build with do not have. Both machines count alike from 424 on.
constexpr int kFchmodat2 = 452;
constexpr std::uint32_t kSetSignal = 10;   // F_SETSIG, which only GNU declares
constexpr std::uint32_t kSetOwnerEx = 15;  // F_SETOWN_EX
constexpr int kLastKnown = 462;            // mseal, Linux 6.10

constexpr std::uint32_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

#define LPM_CALL(name) __NR_##name, #name

void add_everywhere(std::vector<CallRule>& rules) {
  using enum CallAnswer;
  const std::vector<CallRule> refused = {
      // Other processes: their memory, their descriptors, their limits.
      {LPM_CALL(ptrace), Refuse},
      {LPM_CALL(process_vm_readv), Refuse},
      {LPM_CALL(process_vm_writev), Refuse},
      {LPM_CALL(pidfd_getfd), Refuse},
      {LPM_CALL(kcmp), Refuse},
      {LPM_CALL(process_madvise), Refuse},
      {LPM_CALL(migrate_pages), Refuse},
      {LPM_CALL(move_pages), Refuse},
      {LPM_CALL(prlimit64), Refuse, {When::IsNoneOf, 0, ~0U, {0}}},
      // Much of the kernel for few builds.
      {LPM_CALL(bpf), Refuse},
      {LPM_CALL(perf_event_open), Refuse},
      {LPM_CALL(userfaultfd), Refuse},
      {LPM_CALL(keyctl), Refuse},
      {LPM_CALL(add_key), Refuse},
      {LPM_CALL(request_key), Refuse},
      // A second way to every call, which no filter sees.
      {LPM_CALL(io_uring_setup), Refuse},
      {LPM_CALL(io_uring_enter), Refuse},
      {LPM_CALL(io_uring_register), Refuse},
      // Mounts and namespaces.
      {LPM_CALL(mount), Refuse},
      {LPM_CALL(umount2), Refuse},
      {LPM_CALL(pivot_root), Refuse},
      {LPM_CALL(chroot), Refuse},
      {LPM_CALL(open_tree), Refuse},
      {LPM_CALL(move_mount), Refuse},
      {LPM_CALL(fsopen), Refuse},
      {LPM_CALL(fsconfig), Refuse},
      {LPM_CALL(fsmount), Refuse},
      {LPM_CALL(fspick), Refuse},
      {LPM_CALL(mount_setattr), Refuse},
      {LPM_CALL(unshare), Refuse},
      {LPM_CALL(setns), Refuse},
      {LPM_CALL(clone), Refuse, {When::IsNoneOf, 0, kNewNamespaces, {0}}},
      {LPM_CALL(clone3), Missing},  // its flags lie in memory; libc falls back on clone
      // The machine.
      {LPM_CALL(reboot), Refuse},
      {LPM_CALL(kexec_load), Refuse},
      {LPM_CALL(init_module), Refuse},
      {LPM_CALL(finit_module), Refuse},
      {LPM_CALL(delete_module), Refuse},
      {LPM_CALL(swapon), Refuse},
      {LPM_CALL(swapoff), Refuse},
      {LPM_CALL(acct), Refuse},
      {LPM_CALL(syslog), Refuse},
      {LPM_CALL(quotactl), Refuse},
      {LPM_CALL(sethostname), Refuse},
      {LPM_CALL(setdomainname), Refuse},
      {LPM_CALL(settimeofday), Refuse},
      {LPM_CALL(clock_settime), Refuse},
      {LPM_CALL(clock_adjtime), Refuse},
      {LPM_CALL(adjtimex), Refuse},
      {LPM_CALL(vhangup), Refuse},
      {LPM_CALL(name_to_handle_at), Refuse},
      {LPM_CALL(open_by_handle_at), Refuse},
      {LPM_CALL(fanotify_init), Refuse},
      {LPM_CALL(fanotify_mark), Refuse},
      // A descriptor whose events are signals to whomever its owner is said to be.
      {LPM_CALL(fcntl), Refuse, {When::IsOneOf, 1, ~0U, {F_SETOWN, kSetSignal, kSetOwnerEx}}},
      {LPM_CALL(ioctl), Refuse, {When::IsOneOf, 1, ~0U, {FIOSETOWN, SIOCSPGRP}}},
      // Terminals: typing in the user's name. File flags, which Landlock does not know.
      {LPM_CALL(ioctl),
       Refuse,
       {When::IsOneOf,
        1,
        ~0U,
        {TIOCSTI, 0x541CU /* TIOCLINUX */, static_cast<std::uint32_t>(FS_IOC_SETFLAGS),
         static_cast<std::uint32_t>(FS_IOC_FSSETXATTR)}}},
  };
  rules.insert(rules.end(), refused.begin(), refused.end());
#if defined(__x86_64__)
  const std::vector<CallRule> old = {{LPM_CALL(kexec_file_load), Refuse},
                                     {LPM_CALL(iopl), Refuse},
                                     {LPM_CALL(ioperm), Refuse},
                                     {LPM_CALL(modify_ldt), Refuse},
                                     {LPM_CALL(uselib), Missing}};
  rules.insert(rules.end(), old.begin(), old.end());
#endif
}

// Attributes of files that a program can only name, not write: no layer but the filter sees them.
// Owners cannot be kept anyway, so giving a file away succeeds and does nothing.
void add_attributes(std::vector<CallRule>& rules) {
  using enum CallAnswer;
  const std::vector<CallRule> refused = {
      {LPM_CALL(setxattr), Lacking},     {LPM_CALL(lsetxattr), Lacking},
      {LPM_CALL(fsetxattr), Lacking},    {LPM_CALL(removexattr), Lacking},
      {LPM_CALL(lremovexattr), Lacking}, {LPM_CALL(fremovexattr), Lacking},
      {LPM_CALL(fchown), Pretend},       {LPM_CALL(fchownat), Pretend}};
  rules.insert(rules.end(), refused.begin(), refused.end());
#if defined(__x86_64__)
  rules.insert(rules.end(), {{LPM_CALL(chown), Pretend}, {LPM_CALL(lchown), Pretend}});
#endif
}

// Without a root of its own, a script meets everything that has no file permissions.
void add_contained(std::vector<CallRule>& rules) {
  using enum CallAnswer;
  const std::vector<CallRule> more = {
      {LPM_CALL(fchmod), Supervise},
      {LPM_CALL(fchmodat), Supervise},
      {kFchmodat2, "fchmodat2", Supervise},
      {LPM_CALL(utimensat), Supervise},
      // Memory and queues that processes of one user share by number.
      {LPM_CALL(shmget), Refuse},
      {LPM_CALL(msgget), Refuse},
      {LPM_CALL(semget), Refuse},
      {LPM_CALL(shmat), Refuse},
      {LPM_CALL(mq_open), Refuse},
      {LPM_CALL(mq_unlink), Refuse},
      // Events of any file that may be seen.
      {LPM_CALL(inotify_add_watch), Refuse},
      // Priorities of other processes.
      {LPM_CALL(setpriority), Refuse, {When::IsNoneOf, 0, ~0U, {PRIO_PROCESS}}},
      {LPM_CALL(setpriority), Refuse, {When::IsNoneOf, 1, ~0U, {0}}},
      {LPM_CALL(ioprio_set), Refuse, {When::IsNoneOf, 1, ~0U, {0}}},
      {LPM_CALL(sched_setscheduler), Refuse, {When::IsNoneOf, 0, ~0U, {0}}},
      {LPM_CALL(sched_setparam), Refuse, {When::IsNoneOf, 0, ~0U, {0}}},
      {LPM_CALL(sched_setattr), Refuse, {When::IsNoneOf, 0, ~0U, {0}}},
      {LPM_CALL(sched_setaffinity), Refuse, {When::IsNoneOf, 0, ~0U, {0}}},
  };
  rules.insert(rules.end(), more.begin(), more.end());
#if defined(__x86_64__)
  rules.insert(rules.end(), {{LPM_CALL(chmod), Supervise},
                             {LPM_CALL(utime), Supervise},
                             {LPM_CALL(utimes), Supervise},
                             {LPM_CALL(futimesat), Supervise}});
#endif
}

void add_signals(std::vector<CallRule>& rules) {
  using enum CallAnswer;
  const std::vector<CallRule> signals = {
      {LPM_CALL(kill), Supervise},           {LPM_CALL(tkill), Supervise},
      {LPM_CALL(tgkill), Supervise},         {LPM_CALL(rt_sigqueueinfo), Refuse},
      {LPM_CALL(rt_tgsigqueueinfo), Refuse}, {LPM_CALL(pidfd_send_signal), Refuse}};
  rules.insert(rules.end(), signals.begin(), signals.end());
}

// No sockets without the network. With it, those with a path stay out: a folder that may be read
// can hold the socket of another program, and neither a read-only mount nor Landlock keeps anybody
// from calling it.
void add_sockets(std::vector<CallRule>& rules, const FilterPolicy& policy) {
  using enum CallAnswer;
  const std::vector<CallRule> all = {{LPM_CALL(socket), Refuse}, {LPM_CALL(connect), Refuse},
                                     {LPM_CALL(bind), Refuse},   {LPM_CALL(listen), Refuse},
                                     {LPM_CALL(accept), Refuse}, {LPM_CALL(accept4), Refuse}};
  if (policy.has_network)  // raw sockets want a right that nobody has here
    rules.push_back({LPM_CALL(socket), Refuse, {When::IsNoneOf, 0, ~0U, {AF_INET, AF_INET6}}});
  else
    rules.insert(rules.end(), all.begin(), all.end());
  // Pairs are pipes, and programs use them as such; but one of datagrams can be sent anywhere.
  rules.push_back({LPM_CALL(socketpair), Refuse, {When::IsNoneOf, 0, ~0U, {AF_UNIX}}});
  rules.push_back({LPM_CALL(socketpair), Refuse, {When::IsNoneOf, 1, 0xfU, {SOCK_STREAM}}});
}

#undef LPM_CALL

}  // namespace

int last_known_call() {
  return kLastKnown;
}

std::vector<CallRule> call_rules(const FilterPolicy& policy) {
  std::vector<CallRule> rules;
  add_everywhere(rules);
  add_attributes(rules);
  add_sockets(rules, policy);
  if (policy.level == SandboxLevel::Contained) {
    add_contained(rules);
    if (!policy.scopes_signals) add_signals(rules);
  }
  return rules;
}

}  // namespace lpm::os
