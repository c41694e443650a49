#include "ops/install/registry_drift.h"

#include <fmt/format.h>

#include <algorithm>

namespace lpm::ops::install {
std::vector<Fact> moved_registries(const config::Registries& registries,
                                   const graph::DependencyGraph& graph) {
  std::vector<Fact> facts;
  for (const graph::Package& package : graph.packages) {
    if (!package.source.is_registry() || !package.source.locator.empty()) continue;
    const std::string alias = registries.alias_for(package.name);
    if (alias.empty() || (!facts.empty() && facts.back().label == package.name)) continue;
    facts.push_back({package.name, fmt::format("locked from the default registry, .npmrc names "
                                               "another one for `{}`",
                                               alias)});
  }
  return facts;
}

std::vector<std::string> lost_registries(const config::Registries& registries,
                                         const graph::DependencyGraph& graph) {
  std::vector<std::string> aliases;
  for (const graph::Package& package : graph.packages) {
    const std::string& alias = package.source.locator;
    if (!package.source.is_registry() || alias.empty() || registries.has_own_registry(alias))
      continue;
    if (std::find(aliases.begin(), aliases.end(), alias) == aliases.end()) aliases.push_back(alias);
  }
  return aliases;
}

Error lost_registry(std::string_view alias, std::string_view package) {
  return Error(ErrorCode::NO_REGISTRY,
               fmt::format("lpm.lock has `{}` from the registry of `{}`, and no .npmrc names it",
                           package, alias))
      .hint(fmt::format("name it: `lpm config set {}:registry=URL`", alias));
}

}  // namespace lpm::ops::install
