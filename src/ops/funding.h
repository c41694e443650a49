// fund: which installed packages ask for money, and where.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

struct FundingSource {
  std::string url;                    // http(s)
  std::string type;                   // "individual", "github"; may be empty
  std::vector<std::string> packages;  // "name@version", sorted
};
// Of the installed packages of the whole project, by URL. NO_LOCKFILE when nothing is installed.
Result<std::vector<FundingSource>> list_funding(const Session& session);

}  // namespace lpm::ops
