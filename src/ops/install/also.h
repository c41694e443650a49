// Lockfiles of other tools that are kept beside lpm.lock (setting `lockfile-also`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/install/acquire.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/install/up_to_date.h"
#include "ops/session.h"
#include "ops/transaction.h"

namespace lpm::ops::install {

// Something is read from the store for them, whatever else the install does.
bool needs_store_for_others(const Session& session);

struct AlsoFile {
  std::string name;  // "package-lock.json"
  std::string text;
  os::FileStamp stamp;  // from before it was read
  std::vector<std::string> warnings;
};
// LOCKFILE_DRIFT when a frozen install finds one that says something else; what fetching says.
Result<std::vector<AlsoFile>> also_files(const Session& session, const InstallOptions& options,
                                         const Project& project,
                                         const std::vector<std::string>& manifest_texts,
                                         const Acquired& acquired, Supply& supply);

// Leaves a note in `.lpm`, so that they are not taken for lockfiles that other tools wrote.
void note_own(const std::string& project, const std::vector<AlsoFile>& files);
bool is_own(const std::string& project, std::string_view name);

}  // namespace lpm::ops::install
