// run in several packages of a workspace: each after those that it depends on, a few at a time.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ops/member_choice.h"
#include "ops/session.h"

namespace lpm::ops {

struct MemberRunOptions {
  std::string script;
  std::vector<std::string> arguments;
  bool if_present = false;
  bool bail = true;  // begin nothing more after a failure
  std::size_t concurrency = 4;
};

// Packages without the script are passed over; SCRIPT_NOT_FOUND when none has it. With more than
// one each line of output begins with the package and the script. SCRIPT with the status of the
// first failure, in the order of the packages.
Result<int> run_in_members(const Session& session, const MemberChoice& choice,
                           const MemberRunOptions& options);

}  // namespace lpm::ops
