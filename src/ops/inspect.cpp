#include "ops/inspect.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/url_password.h"
#include "ops/inspect_lock.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

constexpr std::size_t kMaxPaths = 20;  // per instance

const graph::ImporterEdge* edge_to(const graph::Importer& importer, graph::PackageId target) {
  for (const graph::ImporterEdge& edge : importer.dependencies)
    if (edge.target == target) return &edge;
  return nullptr;
}

// Adds what rules did to the edge, to the last step.
void add_rules(const std::vector<graph::AppliedRule>& rules, std::string_view name, WhyPath& path) {
  for (const graph::AppliedRule& rule : rules) {
    if (rule.name != name) continue;
    const bool is_extension = rule.kind == graph::AppliedRule::Kind::Extended;
    path.rules.push_back(
        {path.steps.size() - 1, is_extension, without_password(rule.from), rule.rule});
    path.steps.back() += is_extension ? fmt::format(" (added by {})", rule.rule)
                                      : fmt::format(" (overridden from {} by {})",
                                                    path.rules.back().from, rule.rule);
  }
}

std::string_view name_of_edge(const graph::Package& from, graph::PackageId target) {
  for (const graph::Edge& edge : from.dependencies)
    if (edge.target == target) return edge.name;
  return {};
}

WhyPath shown_path(const graph::DependencyGraph& graph, const graph::Path& path) {
  const graph::Importer& importer = graph.importers[path.importer];
  WhyPath shown{importer.path, {}, {}};
  const graph::Package* above = nullptr;
  for (const graph::PackageId id : path.packages) {
    shown.steps.push_back(graph[id].id_without_peers());
    if (above != nullptr) {
      add_rules(above->rules, name_of_edge(*above, id), shown);
    } else if (const graph::ImporterEdge* edge = edge_to(importer, id)) {
      shown.steps.back() +=
          fmt::format(" ({} {})", manifest::field_of(edge->kind), without_password(edge->spec));
      add_rules(importer.rules, edge->name, shown);
    }
    above = &graph[id];
  }
  return shown;
}

}  // namespace

Result<lockfile::Lockfile> read_lock(const Session& session) {
  LPM_TRY_ASSIGN(const std::optional<std::string> text,
                 os::read_file_if_exists(session.project + "/lpm.lock"));
  if (!text)
    return Error(ErrorCode::NO_LOCKFILE, "this project has no lpm.lock")
        .at(session.project)
        .hint("run `lpm install` first");
  return lockfile::parse_lockfile(*text, "lpm.lock");
}

Result<std::vector<WhyInstance>> explain_package(const Session& session, std::string_view wish) {
  LPM_TRY_ASSIGN(const lockfile::Lockfile lock, read_lock(session));
  const graph::DependencyGraph& graph = lock.graph;
  std::vector<WhyInstance> instances;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    names.push_back(package.name);
    if (package.name != wish && package.id_without_peers() != wish) continue;
    WhyInstance instance{package.key(), {}};
    for (const graph::Path& path : graph::paths_to(graph, graph::PackageId{i}, kMaxPaths))
      instance.paths.push_back(shown_path(graph, path));
    instances.push_back(std::move(instance));
  }
  if (!instances.empty()) return instances;
  Error error(ErrorCode::NOT_A_DEPENDENCY, fmt::format("`{}` is not in lpm.lock", wish));
  const auto tell_removals = [&](const std::string& dependent, const auto& rules) {
    for (const graph::AppliedRule& rule : rules)
      if (rule.name == wish)
        error.facts.push_back({"removed", fmt::format("from {} by {}", dependent, rule.rule)});
  };
  for (const graph::Importer& importer : graph.importers)
    tell_removals(importer.path == "." ? "project" : importer.path, importer.rules);
  for (const graph::Package& package : graph.packages)
    tell_removals(package.id_without_peers(), package.rules);
  if (!error.facts.empty()) return error;
  if (const auto near = nearest_name(wish, names))
    error.hints.push_back(fmt::format("did you mean `lpm why {}`?", *near));
  return error;
}

}  // namespace lpm::ops
