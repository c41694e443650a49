// What the command line asks to add or remove, applied to the manifests in memory.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "workspace/filter.h"
#include "workspace/workspace.h"

namespace lpm::ops::install {

class Supply;

inline constexpr std::array kDependencyKinds = {
    manifest::DependencyKind::Production, manifest::DependencyKind::Development,
    manifest::DependencyKind::Optional, manifest::DependencyKind::Peer};

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
  std::vector<workspace::Link> links;  // dependencies that go to members, by name

  bool is_changed() const { return !added.empty() || !removed.empty() || !following.empty(); }
};

// The root's, and those of the members in the order of Project::members.
struct WantedProject : WantedManifest {
  std::vector<WantedManifest> members;

  const WantedManifest& package(std::size_t index) const {
    return index == 0 ? *this : members[index - 1];
  }
  WantedManifest& package(std::size_t index) { return index == 0 ? *this : members[index - 1]; }
  bool changes_any() const {
    return is_changed() || std::any_of(members.begin(), members.end(),
                                       [](const auto& member) { return member.is_changed(); });
  }
};

// The manifests with what catalogs say, nothing added or removed. BAD_SPEC, NO_SUCH_MEMBER,
// NO_MATCHING_VERSION.
Result<WantedProject> as_written(const Session& session, const Project& project);

// The packages in their order, with who of them depends on whom.
std::vector<workspace::Selectable> selectable(const Project& project, const WantedProject& wanted);

// BAD_NAME, BAD_SPEC, UNSUPPORTED_SPEC, NOT_A_DEPENDENCY; of `workspace:` dependencies
// NO_SUCH_MEMBER, NO_MATCHING_VERSION.
Result<WantedProject> apply_wishes(const Session& session, const Project& project,
                                   const InstallOptions& options);

// Reads the names of what was added without one, and puts it into the manifests.
Status name_wishes(const Session& session, const Project& project, const InstallOptions& options,
                   WantedProject& wanted, Supply& supply);

}  // namespace lpm::ops::install
