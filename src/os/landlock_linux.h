// Landlock: the files that this process and its children may use from now on. Private to os.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace lpm::os {

// The oldest that keeps scripts from cutting files short (Linux 6.2).
inline constexpr int kOldestUsefulLandlock = 3;
// The first that keeps signals and abstract sockets inside (Linux 6.12).
inline constexpr int kLandlockWithScopes = 6;

// The version that the kernel speaks; 0 when it is missing or switched off.
int landlock_version();

struct LandlockRules {
  std::vector<std::string> readable;  // files and folders: read, list, execute
  std::vector<std::string> writable;  // folders: everything but device files
  std::vector<std::string> devices;   // files: read and write
  bool allows_tcp = false;
};
// What is missing is left out. `version` is the newest to use; the caller has PR_SET_NO_NEW_PRIVS.
Status apply_landlock(const LandlockRules& rules, int version);

}  // namespace lpm::os
