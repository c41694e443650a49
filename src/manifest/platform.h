// Platform filters: the os, cpu and libc fields of packages, and engines.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "semver/semver.h"

namespace lpm::manifest {

struct Platform {
  std::string os;    // "linux": process.platform
  std::string cpu;   // "x64": process.arch
  std::string libc;  // "glibc", "musl", or empty
};
const char* host_os();
const char* host_cpu();

struct PlatformFilter {
  std::vector<std::string> os;
  std::vector<std::string> cpu;
  std::vector<std::string> libc;
  bool empty() const { return os.empty() && cpu.empty() && libc.empty(); }
  bool operator==(const PlatformFilter&) const = default;
};
// npm's rule: no entry means any; a `!entry` that names it refuses; otherwise some plain entry must
// name it, or there are only `!` entries. `any` admits all. An empty `platform.libc` fails a libc
// filter on Linux.
bool admits(const PlatformFilter& filter, const Platform& platform);

}  // namespace lpm::manifest
