#include "resolver/resolver.h"

#include "resolver/build_graph.h"
#include "resolver/contexts.h"
#include "resolver/failures.h"
#include "resolver/findings.h"
#include "resolver/missing_peers.h"

namespace lpm::resolver {
namespace {

const manifest::Manifest* root_of(const std::vector<ImporterInput>& importers) {
  for (const ImporterInput& importer : importers)
    if (importer.path == ".") return importer.manifest;
  return importers.empty() ? nullptr : importers.front().manifest;
}

}  // namespace

Result<Resolution> resolve(const std::vector<ImporterInput>& importers,
                           const graph::DependencyGraph* locked, MetadataSource& source,
                           PickListener& listener, const ResolveOptions& options) {
  Rules rules;
  if (const manifest::Manifest* root = root_of(importers)) {
    LPM_TRY_ASSIGN(rules, Rules::parse(*root));
  }

  Decisions decisions({importers, locked, source, listener, options}, rules);
  decisions.run();
  if (options.install_peers) add_missing_peers(decisions);
  if (decisions.stopped()) return *decisions.stopped();
  decisions.settle_absences();
  if (auto failure = first_failure(decisions)) return *std::move(failure);

  const Reachable reachable(decisions);
  const FreeNames free(decisions, reachable);
  const Instances instances(decisions, free);
  if (instances.are_too_many())
    return Error(ErrorCode::GRAPH_LIMIT,
                 "the peer dependencies allow more combinations than lpm will work out")
        .fact("instances", "more than " + std::to_string(instances.all().size() - 1))
        .hint("use one version of each peer, by `overrides` in package.json");
  LPM_TRY_ASSIGN(Findings findings, findings_of(decisions, reachable, instances));
  const std::vector<std::string> contexts =
      contexts_of(decisions, rules.overrides, reachable, free, instances);
  return Resolution{.graph = build_graph(decisions, instances, contexts),
                    .warnings = std::move(findings.warnings),
                    .overrides = std::move(findings.overrides),
                    .peers = std::move(findings.peers)};
}

std::string project_node(const manifest::Manifest& root, std::string_view running_node) {
  if (!root.engines_node.empty())
    if (const auto range = semver::Range::parse(root.engines_node))
      if (const auto lowest = range->minimum(); lowest && !range->is_any())
        return lowest->to_string();
  return std::string(running_node);
}

}  // namespace lpm::resolver
