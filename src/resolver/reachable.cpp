#include "resolver/reachable.h"

namespace lpm::resolver {

Reachable::Reachable(const Decisions& decisions)
    : first_dependent(decisions.nodes().size(), kOpen), reached(decisions.nodes().size()) {
  for (NodeId id = 0; id < decisions.importer_count(); ++id) {
    order.push_back(id);
    reached[id] = true;
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    const NodeId from = order[next];
    for (const Edge& edge : decisions.node(from).edges) {
      if (edge.target >= kOpen || reached[edge.target]) continue;
      reached[edge.target] = true;
      first_dependent[edge.target] = from;
      order.push_back(edge.target);
    }
  }
}

}  // namespace lpm::resolver
