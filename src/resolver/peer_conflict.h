// PEER_CONFLICT: which requirements clash where a peer is supplied, and what would solve it.
#pragma once

#include "resolver/instances.h"

namespace lpm::resolver {

// An instance whose peer is met by nothing, or by a supplier out of range.
struct UnmetPeer {
  InstanceId dependent;
  const Peer& peer;
  InstanceId supplier;  // kNoInstance: nothing supplies it
};

Error peer_conflict(const Decisions& decisions, const Reachable& reachable,
                    const Instances& instances, const UnmetPeer& unmet);

}  // namespace lpm::resolver
