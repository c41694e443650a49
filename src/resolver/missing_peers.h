// The second phase: required peers that nothing supplies become dependencies of the importer that
// they reach.
#pragma once

#include "resolver/decisions.h"

namespace lpm::resolver {

// Adds missing peers, and what they bring along, until nothing is missing.
void add_missing_peers(Decisions& decisions);

}  // namespace lpm::resolver
