// The last phase: instances as the public graph, in canonical order.
#pragma once

#include "graph/graph.h"
#include "resolver/instances.h"

namespace lpm::resolver {

graph::DependencyGraph build_graph(const Decisions& decisions, const Instances& instances,
                                   const std::vector<std::string>& contexts);

}  // namespace lpm::resolver
