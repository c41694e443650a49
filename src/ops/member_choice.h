// Which packages of a workspace a command means: --filter, --workspace, --workspace-root,
// --recursive.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "ops/session.h"
#include "workspace/filter.h"

namespace lpm::ops {

struct MemberChoice {
  std::vector<std::string> words;  // --filter: docs/workspaces.md
  std::vector<std::string> named;  // --workspace: a name, a member's folder, or one with members
  bool root = false;               // --workspace-root
  bool all = false;                // --recursive, npm's --workspaces
  bool with_root = false;          // --include-workspace-root

  bool is_made() const { return !words.empty() || !named.empty() || root || all; }
};
MemberChoice member_choice(const config::Settings& settings);

// The chosen packages, by index, in their order; without a choice the one where lpm was called.
// `packages` begins with the root. USAGE for flags that contradict each other, or outside of a
// workspace; NO_SUCH_MEMBER; what a filter says. A word that matches nothing is said, and no error.
Result<std::vector<std::size_t>> chosen_packages(
    const Session& session, const MemberChoice& choice,
    const std::vector<workspace::Selectable>& packages);

// The same for commands that are wrong where nobody is meant: NO_SUCH_MEMBER.
Result<std::vector<std::size_t>> some_chosen_packages(
    const Session& session, const MemberChoice& choice,
    const std::vector<workspace::Selectable>& packages);

}  // namespace lpm::ops
