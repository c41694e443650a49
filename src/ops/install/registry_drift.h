// Scopes with a registry of their own: lpm.lock names it by the scope (docs/formats/lockfile.md),
// and this machine's .npmrc says where it is.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "config/registries.h"
#include "graph/graph.h"

namespace lpm::ops::install {

// Packages that are locked from the default registry, while .npmrc has another one for their scope:
// "@acme/a", "locked from ...".
std::vector<Fact> moved_registries(const config::Registries& registries,
                                   const graph::DependencyGraph& graph);

// Aliases in the lockfile that no .npmrc names. Nothing may be asked for under their names: another
// registry may have a package of the same name.
std::vector<std::string> lost_registries(const config::Registries& registries,
                                         const graph::DependencyGraph& graph);
Error lost_registry(std::string_view alias, std::string_view package);  // NO_REGISTRY

}  // namespace lpm::ops::install
