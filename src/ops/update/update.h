// update: the same use case as install, with what is locked chosen anew; out of range, too, when
// asked to (docs/commands/update.md).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/install/install.h"
#include "ops/session.h"
#include "ops/update/candidates.h"

namespace lpm::ops::update {

enum class Goal : std::uint8_t {
  InRange,
  Latest,      // direct dependencies to what the dist-tag `latest` means
  NeverLower,  // the same, but for those that it would take to a lower version
};

struct UpdateOptions {
  std::vector<std::string> names;               // empty: everything
  std::vector<manifest::DependencyKind> kinds;  // direct dependencies of these only; empty: all
  Goal goal = Goal::InRange;
  bool save_ranges = false;         // --save
  install::Documents documents;     // what find_candidates() has been told already
  install::InstallOptions install;  // `members` are whose dependencies are meant
};

// NOT_A_DEPENDENCY for a name that is nowhere in the project; USAGE for one with a version; besides
// what install() reports.
Result<install::InstallResult> update(const Session& session, const UpdateOptions& options);

// NOT_A_DEPENDENCY for a name that the chosen packages neither ask for nor need.
Status require_known(const Session& session, const MemberChoice& members,
                     const std::vector<std::string>& names);

}  // namespace lpm::ops::update
