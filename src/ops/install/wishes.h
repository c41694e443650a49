// What the command line asks to add or remove, applied to the manifest in memory.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "manifest/manifest.h"
#include "ops/install/install.h"
#include "ops/install/project.h"

namespace lpm::ops::install {

class Supply;

struct AddedDependency {
  std::string name;              // empty until name_wishes() for what its own package.json names
  std::string asked;             // the spec to resolve
  bool keep_as_written = false;  // the user gave a version or range, or it is a source
  bool is_source = false;        // a folder, an archive, a repository
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
};

// A range of package.json that follows the version that its dependency gets.
struct FollowingRange {
  std::string name;
  std::string written;
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  bool is_moved = false;  // else it admits the version, and begins at it
};

struct WantedManifest {
  manifest::Manifest manifest;  // with `asked` specs
  std::vector<AddedDependency> added;
  std::vector<std::string> removed;
  std::vector<FollowingRange> following;
};

// BAD_NAME, BAD_SPEC, UNSUPPORTED_SPEC, NOT_A_DEPENDENCY.
Result<WantedManifest> apply_wishes(const Session& session, const Project& project,
                                    const InstallOptions& options);

// Reads the names of what was added without one, and puts it into the manifest.
Status name_wishes(WantedManifest& wanted, const InstallOptions& options, Supply& supply);

// Replaces the asked specs by those that are saved (`^1.3.0`), in the graph's importer and as edits
// of the manifest's text. Returns the new text; `saved` gets one line per dependency.
Result<std::string> write_wishes(const Project& project, const WantedManifest& wanted,
                                 const SaveOptions& save, graph::DependencyGraph& graph,
                                 std::vector<std::string>& saved);

}  // namespace lpm::ops::install
