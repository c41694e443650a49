// What went wrong while edges were decided, as the one error that a run reports.
#pragma once

#include <optional>
#include <string>

#include "resolver/decisions.h"

namespace lpm::resolver {

inline constexpr char kArrow[] = " → ";

// The first failure in breadth-first order from the importers, or nothing. Call after
// settle_absences().
std::optional<Error> first_failure(const Decisions& decisions);

// "app → a@1.0.0": the first path from an importer to a node.
std::string path_to(const Decisions& decisions, NodeId node,
                    const std::vector<NodeId>& first_dependent);

// "a@1.0.0", or the importer's name.
std::string title_of(const Decisions& decisions, NodeId node);

}  // namespace lpm::resolver
