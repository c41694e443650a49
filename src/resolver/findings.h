// What a finished resolution has to tell: unmet peers, engines, deprecated packages, overrides that
// were applied.
#pragma once

#include "resolver/instances.h"

namespace lpm::resolver {

struct Findings {
  std::vector<Warning> warnings;           // in canonical order
  std::vector<AppliedOverride> overrides;  // likewise
  std::vector<PeerIssue> peers;            // likewise
};
// PEER_CONFLICT with strict_peers, ENGINE with engine_strict: the first in breadth-first order.
Result<Findings> findings_of(const Decisions& decisions, const Reachable& reachable,
                             const Instances& instances);

}  // namespace lpm::resolver
