#include "manifest/platform.h"

#include <algorithm>

namespace lpm::manifest {
namespace {

bool list_admits(const std::vector<std::string>& list, std::string_view value) {
  if (list.empty() || (list.size() == 1 && list.front() == "any")) return true;
  std::size_t negated = 0;
  bool named = false;
  for (const std::string_view entry : list) {
    if (!entry.starts_with('!')) {
      named = named || entry == value;
      continue;
    }
    ++negated;
    if (entry.substr(1) == value) return false;
  }
  return named || negated == list.size();
}

}  // namespace

// Node's names: process.platform and process.arch.
const char* host_os() {
#if defined(__APPLE__)
  return "darwin";
#elif defined(__FreeBSD__)
  return "freebsd";
#else
  return "linux";
#endif
}

const char* host_cpu() {
#if defined(__x86_64__)
  return "x64";
#elif defined(__aarch64__)
  return "arm64";
#elif defined(__i386__)
  return "ia32";
#elif defined(__arm__)
  return "arm";
#elif defined(__riscv) && __riscv_xlen == 64
  return "riscv64";
#elif defined(__powerpc64__)
  return "ppc64";
#elif defined(__s390x__)
  return "s390x";
#elif defined(__loongarch64)
  return "loong64";
#else
#error "which process.arch is this?"
#endif
}

bool admits(const PlatformFilter& filter, const Platform& platform) {
  if (!list_admits(filter.os, platform.os) || !list_admits(filter.cpu, platform.cpu)) return false;
  if (filter.libc.empty()) return true;
  return !platform.libc.empty() && list_admits(filter.libc, platform.libc);
}

}  // namespace lpm::manifest
