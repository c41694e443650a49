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

WhyPath shown_path(const graph::DependencyGraph& graph, const graph::Path& path) {
  const graph::Importer& importer = graph.importers[path.importer];
  WhyPath shown{importer.path, {}};
  for (const graph::PackageId id : path.packages) {
    std::string step = graph[id].id_without_peers();
    if (shown.steps.empty())
      if (const graph::ImporterEdge* edge = edge_to(importer, id))
        step +=
            fmt::format(" ({} {})", manifest::field_of(edge->kind), without_password(edge->spec));
    shown.steps.push_back(std::move(step));
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
  if (const auto near = nearest_name(wish, names))
    error.hints.push_back(fmt::format("did you mean `lpm why {}`?", *near));
  return error;
}

}  // namespace lpm::ops
