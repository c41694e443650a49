// Which lockfile of another tool counts.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "foreign/foreign.h"
#include "ops/session.h"

namespace lpm::ops::migrate {

struct ForeignFile {
  foreign::Format format;
  std::string name;  // as messages name it
  std::string text;
};

// Beside package.json; nothing when there is none. Of several the newest: by the commit that last
// changed it when git knows them all, else by the time of the file; the choice is told.
Result<std::optional<ForeignFile>> find_lockfile(const Session& session);

// A format's name or a file, as `--from` takes it. USAGE, NO_LOCKFILE.
Result<ForeignFile> open_lockfile(const Session& session, const std::string& from);

}  // namespace lpm::ops::migrate
