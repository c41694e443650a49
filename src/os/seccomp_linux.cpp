#include "os/seccomp_linux.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace lpm::os {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kOtherEntries = 0x40000000U;  // the calls of x32 have this bit
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kOtherEntries = 0x40000000U;
#else
#error "the filter of system calls knows x86-64 and aarch64"
#endif

sock_filter statement(std::uint16_t code, std::uint32_t value) {
  return BPF_STMT(code, value);
}
sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
sock_filter finish(std::uint32_t action) {
  return statement(BPF_RET | BPF_K, action);
}
sock_filter jump(std::uint16_t test, std::uint32_t value, std::size_t if_true,
                 std::size_t if_false) {
  return BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value,
                  static_cast<std::uint8_t>(if_true), static_cast<std::uint8_t>(if_false));
}

std::uint32_t action_of(CallAnswer answer) {
  switch (answer) {
    case CallAnswer::Refuse:
    case CallAnswer::Supervise:
      return SECCOMP_RET_USER_NOTIF;
    case CallAnswer::Missing:
      return SECCOMP_RET_ERRNO | ENOSYS;
    case CallAnswer::Lacking:
      return SECCOMP_RET_ERRNO | EOPNOTSUPP;
    case CallAnswer::Pretend:
      return SECCOMP_RET_ERRNO | 0;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

// The low half of a 64-bit argument; both machines are little-endian. The kernel reads no more of
// the arguments that have rules: they are int or unsigned there.
std::size_t offset_of(std::uint8_t argument) {
  return offsetof(seccomp_data, args) + argument * sizeof(std::uint64_t);
}

// With the call's number in the accumulator at its beginning and at its end.
std::vector<sock_filter> block_of(const CallRule& rule) {
  const ArgumentRule& condition = rule.condition;
  std::vector<sock_filter> block;
  if (condition.when != ArgumentRule::When::Always) {
    block.push_back(load(offset_of(condition.argument)));
    block.push_back(statement(BPF_ALU | BPF_AND | BPF_K, condition.mask));
    const bool is_one_of = condition.when == ArgumentRule::When::IsOneOf;
    const std::size_t count = condition.values.size();
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t left = count - i - 1;
      // Behind the tests: the answer, then the way on.
      const std::size_t to_way_on = left + 1;
      const bool is_last = left == 0;
      if (is_one_of)
        block.push_back(jump(BPF_JEQ, condition.values[i], left, is_last ? 1 : 0));
      else
        block.push_back(jump(BPF_JEQ, condition.values[i], to_way_on, 0));
    }
  }
  block.push_back(finish(action_of(rule.answer)));
  block.push_back(load(offsetof(seccomp_data, nr)));
  return block;
}

}  // namespace

std::vector<sock_filter> build_filter(const std::vector<CallRule>& rules) {
  std::vector<sock_filter> filter = {
      load(offsetof(seccomp_data, arch)),
      jump(BPF_JEQ, kArchitecture, 1, 0),
      finish(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
      jump(BPF_JGE, kOtherEntries, 0, 1),
      finish(SECCOMP_RET_KILL_PROCESS),
      jump(BPF_JGT, static_cast<std::uint32_t>(last_known_call()), 0, 1),
      finish(SECCOMP_RET_ERRNO | ENOSYS),
  };
  for (const CallRule& rule : rules) {
    const std::vector<sock_filter> block = block_of(rule);
    filter.push_back(jump(BPF_JEQ, static_cast<std::uint32_t>(rule.number), 0, block.size()));
    filter.insert(filter.end(), block.begin(), block.end());
  }
  filter.push_back(finish(SECCOMP_RET_ALLOW));
  return filter;
}

Result<Fd> install_filter(const std::vector<sock_filter>& filter) {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter.size());
  program.filter = const_cast<sock_filter*>(filter.data());
  Fd listener(static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program)));
  if (!listener.valid())
    return system_error(errno, "the filter of system calls cannot be switched on", "");
  return listener;
}

}  // namespace lpm::os
