// Peer contexts as text (docs/resolution.md, section 6): what tells the instances of a package
// apart in keys.
#pragma once

#include <string>
#include <vector>

#include "resolver/instances.h"

namespace lpm::resolver {

// By InstanceId; "" where nothing came from outside.
std::vector<std::string> contexts_of(const Decisions& decisions, const Overrides& overrides,
                                     const Reachable& reachable, const FreeNames& free,
                                     const Instances& instances);

}  // namespace lpm::resolver
