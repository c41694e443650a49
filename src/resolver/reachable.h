// The decided packages that the importers reach, in breadth-first order with edges by name: an
// order that depends on the decisions only.
#pragma once

#include <vector>

#include "resolver/decisions.h"

namespace lpm::resolver {

struct Reachable {
  std::vector<NodeId> order;  // importers first
  std::vector<NodeId>
      first_dependent;  // by NodeId: who reached it first; kOpen for importers and unreached ones

  Reachable() = default;  // nothing
  explicit Reachable(const Decisions& decisions);
  bool contains(NodeId id) const { return reached[id]; }

  std::vector<bool> reached;  // by NodeId
};

}  // namespace lpm::resolver
