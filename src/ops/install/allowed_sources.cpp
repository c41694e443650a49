#include "ops/install/allowed_sources.h"

#include <fmt/format.h>

#include "graph/source_text.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {
namespace {

// As trustworthy as the project that names it.
bool is_folder(graph::SourceKind kind) {
  return kind == graph::SourceKind::Link || kind == graph::SourceKind::Directory ||
         kind == graph::SourceKind::Workspace;
}

Error forbidden(const graph::Package& from, const graph::Package& target) {
  return Error(ErrorCode::FORBIDDEN_SOURCE,
               fmt::format("`lpm.lock` lets `{}` have `{}`", from.key(), target.key()))
      .at(std::string(kLockfile))
      .fact("because", "published packages may ask for packages of a registry only")
      .hint(fmt::format("allow it in .npmrc: `allow-sources[]={}`",
                        graph::pattern_for(graph::text_of(target.source).value_or(""))));
}

}  // namespace

Status check_locked_sources(const Session& session, const Project& project,
                            const WantedManifest& wanted) {
  if (!project.lockfile) return {};
  const graph::DependencyGraph& graph = project.lockfile->graph;
  const std::vector<std::string> allowed = session.settings.list("allow-sources");
  const std::string rules =
      resolver::overrides_text(wanted.manifest) + resolver::extensions_text(wanted.manifest);
  for (const graph::Package& package : graph.packages) {
    if (is_folder(package.source.kind)) continue;
    for (const graph::Edge& edge : package.dependencies) {
      if (edge.target == graph::kNoPackage) continue;
      const graph::Package& target = graph[edge.target];
      const std::optional<std::string> text = graph::text_of(target.source);
      // What a rule put there, the project has asked for itself.
      if (!text || graph::matches_a_pattern(*text, allowed) ||
          rules.find(edge.name) != std::string::npos)
        continue;
      return forbidden(package, target);
    }
  }
  return {};
}

}  // namespace lpm::ops::install
