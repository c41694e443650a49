#include "os/landlock_linux.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "os/files.h"

namespace lpm::os {
namespace {

// Newer than the headers that we build with (linux/landlock.h of 6.12).
constexpr std::uint64_t kTruncate = 1ULL << 14;      // version 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;   // version 5
constexpr std::uint64_t kBindTcp = 1ULL << 0;        // version 4
constexpr std::uint64_t kConnectTcp = 1ULL << 1;     // version 4
constexpr std::uint64_t kScopeAbstract = 1ULL << 0;  // version 6
constexpr std::uint64_t kScopeSignal = 1ULL << 1;    // version 6
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kRead = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kMakeDevice = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;
// What a rule about a file, not a folder, may name.
constexpr std::uint64_t kOfFiles =
    kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDevice;

std::uint64_t file_rights(int version) {
  std::uint64_t rights = (1ULL << 13) - 1;  // version 1
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= kTruncate;
  if (version >= 5) rights |= kIoctlDevice;
  return rights;
}

RulesetAttributes handled(const LandlockRules& rules, int version) {
  RulesetAttributes attributes;
  attributes.files = file_rights(version);
  if (version >= 4 && !rules.allows_tcp) attributes.network = kBindTcp | kConnectTcp;
  if (version >= kLandlockWithScopes) attributes.scopes = kScopeAbstract | kScopeSignal;
  return attributes;
}

// Kernels before the field refuse a longer struct.
std::size_t size_for(int version) {
  if (version >= kLandlockWithScopes) return sizeof(RulesetAttributes);
  return version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

enum class Links { Followed, Refused };

Fd open_path(const std::string& path, Links links) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = links == Links::Refused ? RESOLVE_NO_SYMLINKS : 0;
  return Fd(static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how))));
}

Status allow(int ruleset, const std::string& path, std::uint64_t rights,
             Links links = Links::Followed) {
  const Fd fd = open_path(path, links);
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return {};
    return system_error(errno, "cannot open `" + path + "` for the sandbox", path);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0)
    return system_error(errno, "cannot look at `" + path + "`", path);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kOfFiles;
  rule.parent_fd = fd.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return system_error(errno, "Landlock takes no rule about `" + path + "`", path);
  return {};
}

}  // namespace

int landlock_version() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Status apply_landlock(const LandlockRules& rules, int version) {
  const RulesetAttributes attributes = handled(rules, version);
  const Fd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size_for(version), 0)));
  if (!ruleset.valid()) return system_error(errno, "Landlock makes no rules here", "");
  const std::uint64_t all = attributes.files;
  for (const std::string& path : rules.readable) LPM_TRY(allow(ruleset.get(), path, kRead & all));
  for (const std::string& path : rules.writable)
    LPM_TRY(allow(ruleset.get(), path, all & ~kMakeDevice & ~kIoctlDevice, Links::Refused));
  for (const std::string& path : rules.devices)
    LPM_TRY(allow(ruleset.get(), path,
                  all & (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate |
                         kIoctlDevice)));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0)
    return system_error(errno, "Landlock cannot be switched on", "");
  return {};
}

}  // namespace lpm::os
