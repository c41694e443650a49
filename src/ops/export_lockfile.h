// export: lpm.lock as the lockfile of another tool, once.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

struct ExportOptions {
  std::string format;  // "package-lock", "pnpm"
  std::string output;  // a file, relative to where lpm was called; "-": none; "": the tool's name
  bool own_peers = true;
  bool wait_for_lock = true;
};
struct Exported {
  std::string format;
  std::string file;  // "" for `-`
  std::string text;
  std::uint64_t packages = 0;
  bool changed = false;               // the file was written: it was not like that already
  std::vector<std::string> warnings;  // what the format cannot say
};
// USAGE, NO_MANIFEST, NO_LOCKFILE, BAD_LOCKFILE, CONFLICT_MARKERS; LOCKFILE_DRIFT when lpm.lock
// does not fit package.json; what fetching says; IO.
Result<Exported> export_lockfile(const Session& session, const ExportOptions& options);

}  // namespace lpm::ops
