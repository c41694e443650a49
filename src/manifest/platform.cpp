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

const char* host_os() {
  return "linux";
}
const char* host_cpu() {
  return "x64";
}

bool admits(const PlatformFilter& filter, const Platform& platform) {
  if (!list_admits(filter.os, platform.os) || !list_admits(filter.cpu, platform.cpu)) return false;
  if (filter.libc.empty()) return true;
  return !platform.libc.empty() && list_admits(filter.libc, platform.libc);
}

}  // namespace lpm::manifest
