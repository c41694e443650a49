// Which packages each package of a graph must see around it: its own peers, and those of what
// stands below it.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "foreign/write.h"

namespace lpm::foreign {

class PeerNeeds {
 public:
  using Needs = std::map<std::string_view, graph::PackageId>;  // by name

  PeerNeeds(const graph::DependencyGraph& graph, const std::vector<const PackageFacts*>& facts);
  const Needs& of(graph::PackageId id) const { return needs_[graph::index(id)]; }
  // The dependency of this name is a peer, and nothing else besides.
  bool is_peer(graph::PackageId id, std::string_view name) const;

 private:
  bool add_needs_of(graph::PackageId id);
  const graph::DependencyGraph& graph_;
  const std::vector<const PackageFacts*>& facts_;
  std::vector<Needs> needs_;
};

}  // namespace lpm::foreign
