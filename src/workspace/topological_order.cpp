#include "workspace/workspace.h"

namespace lpm::workspace {

std::vector<std::size_t> topological_order(
    const std::vector<std::vector<std::size_t>>& dependencies) {
  struct Visit {
    std::size_t index;
    std::size_t next;  // of its dependencies
  };
  std::vector<std::size_t> order;
  std::vector<bool> seen(dependencies.size());
  std::vector<Visit> path;  // a stack of its own: chains can be as long as the workspace
  for (std::size_t start = 0; start < dependencies.size(); ++start) {
    if (seen[start]) continue;
    seen[start] = true;
    path.push_back({start, 0});
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next == dependencies[visit.index].size()) {
        order.push_back(visit.index);
        path.pop_back();
        continue;
      }
      const std::size_t dependency = dependencies[visit.index][visit.next++];
      if (seen[dependency]) continue;
      seen[dependency] = true;
      path.push_back({dependency, 0});
    }
  }
  return order;
}

}  // namespace lpm::workspace
