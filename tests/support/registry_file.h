// registry.json: the fake registry's features as data (docs/testing.md).
#pragma once

#include <string>

#include "support/fake_registry.h"

namespace lpm::support {

// Adds what the file says. Ends the process with a message when a key is unknown: a typo must not
// pass.
void load_registry_file(FakeRegistry& registry, const std::string& path);

}  // namespace lpm::support
