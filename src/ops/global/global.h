// Global packages: each in a root of its own, installed by ops/install, with its commands linked in
// one folder. Changes are all or nothing, also when the process is killed, and several commands may
// run at once (docs/formats/global.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ops/install/install.h"
#include "ops/session.h"

namespace lpm::ops::global {

struct GlobalPackage {
  std::string name;  // of the dependency in its root: `ts` for `ts@npm:typescript`
  std::string spec;  // what was asked for: "latest", "^5"
  std::string version;
  std::string root;                   // folder name
  std::vector<std::string> commands;  // linked, sorted
  std::vector<std::string> withheld;  // not linked: the name is somebody else's
  bool operator==(const GlobalPackage&) const = default;
};

struct GlobalOptions {
  std::string command;                    // "install -g typescript": for the log and for hints
  std::vector<std::string> packages;      // arguments; for uninstall and update names
  std::vector<std::string> replace_bins;  // commands that the new package takes from another
  std::vector<std::string> keep_bins;     // commands that stay whose they are
  install::InstallOptions install;        // selection, force, dry_run, own_peers, wait_for_lock
};

struct GlobalChange {
  GlobalPackage package;
  std::string from;  // version before; "" when it is new
  bool removed = false;
  bool same = false;  // nothing had to be done
};

struct GlobalResult {
  std::vector<GlobalChange> changes;
  std::vector<std::string> warnings;
  std::vector<std::string> with_scripts;  // "name@version": install scripts that did not run
  std::uint64_t packages = 0;             // installed in the new roots
  std::uint64_t downloaded = 0;
  std::uint64_t from_store = 0;
  std::uint64_t bytes_received = 0;
  std::string bin;  // folder of the commands
  bool bin_on_path = false;
  std::int64_t duration_ns = 0;
};

// The session's project counts for nothing; its settings should be those of no project.
// BAD_NAME, BAD_SPEC, UNSUPPORTED_SPEC, COMMAND_TAKEN, GLOBAL_STATE, and what install() fails with.
Result<GlobalResult> install_global(const Session& session, const GlobalOptions& options);
// Chooses versions anew for what was asked; without names all packages. NOT_GLOBAL.
Result<GlobalResult> update_global(const Session& session, const GlobalOptions& options);
// NOT_GLOBAL with the nearest name.
Result<GlobalResult> uninstall_global(const Session& session, const GlobalOptions& options);

// By name. Completes or takes back what was cut off, unless another process is at it.
Result<std::vector<GlobalPackage>> list_global(const Session& session);

struct GlobalFolders {
  std::string bin;
  std::string packages;
};
GlobalFolders global_folders(const Session& session);
// Where the package's own files are. NOT_GLOBAL.
Result<std::string> global_package_folder(const Session& session, const std::string& name);

}  // namespace lpm::ops::global
