// The link phase: from store entries to node_modules, and the files that only this machine needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/install/acquire.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "os/locks.h"

namespace lpm::ops::install {

// Holds the store's lock, shared, from before the first look into it until the tree stands.
struct StoreUse {
  std::optional<os::FileLock> lock;
};
Result<StoreUse> use_store(const Session& session, const InstallOptions& options);

struct Linked {
  std::uint64_t packages = 0;
  std::uint64_t packages_gone = 0;
  std::vector<std::string> strays;   // relative to the project
  std::vector<std::string> folders;  // absolute; what the record watches
  std::vector<std::string> files;    // absolute; outside of node_modules, watched too
  std::string trees;                 // a line each, other ones for other trees
  std::vector<std::string> warnings;
  std::vector<std::string>
      with_scripts;  // "name@version" of packages whose install scripts did not run
  std::uint32_t skipped_archive_entries = 0;
};

// Builds or changes node_modules. A store entry whose files are gone is fetched anew.
Result<Linked> link_project(const Session& session, const Project& project,
                            const InstallOptions& options, Supply& supply, Acquired& acquired);

// `.lpm/lpm.lockb`; failing to write it is not an error.
Status write_lock_image(const Session& session, const Project& project, const Acquired& acquired,
                        std::string_view lockfile_text);

}  // namespace lpm::ops::install
