// What became of a foreign lockfile's versions, for whoever ran the command.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lpm::ops::migrate {

struct NotKept {
  std::string what;  // "`a@1.0.0`", "the patch of `b@2.0.0`"
  std::string reason;
};

struct ImportReport {
  std::string file;    // "package-lock.json", or as `--from` named it
  std::string format;  // "package-lock 3"
  std::uint64_t kept = 0;
  std::vector<NotKept> not_kept;   // versions first, by name; then what else the file held
  std::vector<std::string> added;  // "a@1.0.0": what the file did not hold, by name
};

}  // namespace lpm::ops::migrate
