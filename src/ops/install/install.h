// install: makes node_modules and lpm.lock what package.json asks for; add and remove are the same
// use case with an edited manifest. install.cpp lists the phases; each phase is a function in a
// file of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "manifest/manifest.h"
#include "ops/member_choice.h"
#include "ops/migrate/import_report.h"
#include "ops/session.h"
#include "report/reporter.h"

namespace lpm::ops::install {

struct SaveOptions {
  bool save = true;  // --no-save
  std::optional<manifest::DependencyKind>
      kind;  // -P, -D, -O, --save-peer; nothing: where it is, else production
  bool exact = false;
  std::string prefix = "^";
  std::string default_tag = "latest";
};

enum class NodeModules : std::uint8_t {
  Keep,     // change what differs
  Replace,  // `ci`: set the old tree aside, build a new one
  Prune,    // `prune`: what others put there goes, too
};

using Documents = std::map<std::string, std::shared_ptr<const manifest::Packument>>;  // by name

// What `update` asks for: docs/commands/update.md.
struct UpdateWish {
  bool all = false;                // no locked version counts
  bool dedupe = false;             // every dependent takes the highest locked version in its range
  std::vector<std::string> names;  // of packages whose locked versions do not count
  // Direct dependencies that get a version which their range need not admit.
  struct Move {
    std::string importer;  // the path of the package that asks for it
    std::string name;
    std::string version;
  };
  std::vector<Move> moves;
  // Direct dependencies whose ranges will begin at their versions.
  struct Raise {
    std::string importer;
    std::string name;
  };
  std::vector<Raise> raised;
  Documents documents;  // asked for a moment ago
};

enum class Import : std::uint8_t {
  WithoutLockfile,  // another tool's lockfile says the versions while there is no lpm.lock
  Never,            // --no-import
  Always,           // `migrate`: also when there is one (--force)
};

struct InstallOptions {
  std::string command = "install";  // for locks, the journal and messages
  std::vector<std::string> add;     // package arguments: `left-pad@^1`
  std::vector<std::string> remove;  // names
  std::optional<UpdateWish> update;
  MemberChoice members;  // whose manifests `add` and `remove` change
  SaveOptions save;
  graph::Selection selection;
  bool own_peers = true;  // the project's peerDependencies count (not with --legacy-peer-deps)
  bool frozen = false;    // the lockfile must fit; it is not written
  bool lockfile_only = false;
  bool dry_run = false;
  bool force = false;            // no up-to-date answer; check the tree file by file
  bool verify_store = false;     // check what is linked file by file
  bool verify_lockfile = false;  // compare all of lpm.lock with the registry
  std::string trust_base;        // the commit whose lpm.lock is believed; "" is HEAD
  bool ignore_scripts = false;   // of the project itself; those of dependencies never run here
  bool wait_for_lock = true;
  bool confirm_metadata = false;  // ask the registry although cached documents are fresh
  NodeModules node_modules = NodeModules::Keep;
  Import import = Import::WithoutLockfile;
  std::string import_from;  // a format or a file; "" is what is beside package.json
};

struct PackageChange {
  std::string name;
  std::string from;     // "" when added
  std::string to;       // "" when removed
  bool direct = false;  // package.json names it
  bool peer = false;    // at the top only because something needs it as a peer
};

// A peer that is missing or out of its dependent's range; known when versions were chosen.
struct PeerIssue {
  std::string package;     // "a@1.0.0"
  std::string path;        // "app → b@1.0.0 → a@1.0.0"
  std::string wanted;      // "react@^17"
  std::string found;       // "react@18.3.1"; "" for nothing
  std::string found_path;  // how that came here
};

struct InstallResult {
  bool up_to_date = false;             // nothing had to be done
  std::uint64_t packages = 0;          // installed in node_modules
  std::vector<PackageChange> changes;  // against the old lockfile, by name
  std::uint64_t packages_gone = 0;     // their folders were in node_modules before
  std::vector<std::string> strays;     // what `prune` removed: "packages/a/node_modules/stray"
  std::vector<std::string> saved;      // "left-pad@^1.3.0 (dependencies)"
  std::uint64_t downloaded = 0;
  std::uint64_t from_store = 0;
  std::uint64_t bytes_received = 0;
  bool lockfile_written = false;
  bool used_lockfile = false;             // nothing was resolved
  std::vector<std::string> with_scripts;  // installed packages whose install scripts were not run
  std::optional<migrate::ImportReport> import;  // another tool's lockfile was taken
  std::vector<std::string> warnings;
  std::vector<PeerIssue> peers;
  std::vector<report::PhaseTiming> phases;
  std::uint64_t metadata_requests = 0;
  std::uint64_t tarball_requests = 0;
  std::uint64_t shape_mismatch = 0, scheme_mismatch = 0, origin_mismatch = 0;
  std::uint64_t lockfile_compared = 0;  // entries of lpm.lock compared with the registry
  std::uint32_t skipped_archive_entries = 0;
  std::int64_t duration_ns = 0;
  int script_status = 0;  // of the project's own lifecycle scripts
};

Result<InstallResult> install(const Session& session, const InstallOptions& options);

}  // namespace lpm::ops::install
