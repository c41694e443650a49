// The lockfile of another tool in place of lpm.lock: what it prefers, and afterwards what was kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "foreign/foreign.h"
#include "graph/graph.h"
#include "manifest/package_json.h"
#include "ops/migrate/choose_file.h"
#include "ops/migrate/import_report.h"
#include "ops/session.h"

namespace lpm::ops::migrate {

struct Imported {
  std::string file;
  std::string format;                          // "package-lock 3"
  graph::DependencyGraph preferred;            // without hashes: the registry says them
  std::vector<crypto::Integrity> integrities;  // of its packages, as the file has them
  std::vector<foreign::Omission> omissions;
  // Without them the tool left peers out that nobody asks for; an install that must be exact does
  // so, too.
  bool has_peers = true;
};

// A package of the project: the root, or a member of its workspace.
struct Importing {
  std::string_view path;
  const manifest::Manifest& manifest;
};

// The errors of foreign::read_lockfile().
Result<Imported> import_lockfile(const ForeignFile& file, const std::vector<Importing>& packages);

ImportReport report_of(const Imported& imported, const graph::DependencyGraph& chosen);

// LOCKFILE_MISMATCH when the file and the registry promise different bytes for a version: whoever
// may edit a lockfile could otherwise name any.
Status require_same_bytes(const Imported& imported, const graph::DependencyGraph& chosen);

// LOCKFILE_DRIFT when the outcome is not what the file says.
Status require_exact(const ImportReport& report, const std::vector<Importing>& packages);

}  // namespace lpm::ops::migrate
