// The packages of a project for commands that install nothing: manifests and who depends on whom.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/session.h"
#include "workspace/filter.h"

namespace lpm::ops {

struct WorkspacePackages {
  struct Package {
    std::string directory;
    manifest::Manifest manifest;
  };
  std::vector<Package> packages;             // the root, then the members by path
  std::vector<workspace::Selectable> names;  // of the same
};
// Whether a range that a member satisfies means the member: as the setting says, else as npm does
// and pnpm does not.
bool links_plain_ranges(const config::Settings& settings, bool is_pnpm);

// NO_MANIFEST, BAD_JSON, BAD_MANIFEST, BAD_WORKSPACE, BAD_SPEC, and what workspace::links_of()
// says.
Result<WorkspacePackages> read_packages(const Session& session);

}  // namespace lpm::ops
