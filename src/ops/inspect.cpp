#include "ops/inspect.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "lockfile/lockfile.h"
#include "ops/scripts.h"
#include "os/files.h"
#include "os/process.h"

namespace lpm::ops {
namespace {

constexpr std::size_t kMaxPaths = 20;  // per instance

Result<lockfile::Lockfile> read_lock(const Session& session) {
  LPM_TRY_ASSIGN(const std::optional<std::string> text,
                 os::read_file_if_exists(session.project + "/lpm.lock"));
  if (!text)
    return Error(ErrorCode::NO_LOCKFILE, "this project has no lpm.lock")
        .at(session.project)
        .hint("run `lpm install` first");
  return lockfile::parse_lockfile(*text, "lpm.lock");
}

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
        step += fmt::format(" ({} {})", manifest::field_of(edge->kind), edge->spec);
    shown.steps.push_back(std::move(step));
  }
  return shown;
}

// Walks the graph once; a package's own dependencies are shown where it comes first.
class TreeBuilder {
 public:
  TreeBuilder(const graph::DependencyGraph& graph, const graph::Reached& reached,
              std::uint32_t depth)
      : graph_(graph), reached_(reached), depth_(depth), shown_(graph.packages.size(), false) {}

  TreeNode node(const std::string& name, graph::PackageId target, bool optional,
                std::uint32_t level) {
    TreeNode result;
    result.name = name;
    result.optional = optional;
    if (target == graph::kNoPackage || !reached_.installed[graph::index(target)]) {
      result.missing = true;
      if (target != graph::kNoPackage) result.package = graph_[target].id_without_peers();
      return result;
    }
    const graph::Package& package = graph_[target];
    result.package = package.id_without_peers();
    if (level >= depth_) return result;
    result.repeated = shown_[graph::index(target)] && !package.dependencies.empty();
    if (result.repeated) return result;
    shown_[graph::index(target)] = true;
    for (const graph::Edge& edge : package.dependencies)
      result.children.push_back(node(edge.name, edge.target, edge.optional, level + 1));
    return result;
  }

 private:
  const graph::DependencyGraph& graph_;
  const graph::Reached& reached_;
  const std::uint32_t depth_;
  std::vector<bool> shown_;
};

bool takes(const TreeOptions& options, const graph::ImporterEdge& edge) {
  if (edge.kind == manifest::DependencyKind::Development && !options.development) return false;
  if (edge.kind == manifest::DependencyKind::Optional && !options.optional) return false;
  return options.only.empty() ||
         std::find(options.only.begin(), options.only.end(), edge.name) != options.only.end();
}

}  // namespace

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

Result<DependencyTree> dependency_tree(const Session& session, const TreeOptions& options) {
  LPM_TRY_ASSIGN(const manifest::Manifest manifest, read_project_manifest(session));
  LPM_TRY_ASSIGN(const lockfile::Lockfile lock, read_lock(session));
  graph::Selection selection;
  selection.development = options.development;
  selection.optional = options.optional;
  const manifest::Platform platform{manifest::host_os(), manifest::host_cpu(), os::libc_family()};
  const graph::Reached reached = graph::reach(lock.graph, selection, platform);
  DependencyTree tree{manifest.name, manifest.version, {}, 0};
  tree.packages = static_cast<std::uint64_t>(
      std::count(reached.installed.begin(), reached.installed.end(), true));
  TreeBuilder builder(lock.graph, reached, options.depth);
  for (const manifest::DependencyKind kind :
       {manifest::DependencyKind::Production, manifest::DependencyKind::Development,
        manifest::DependencyKind::Optional, manifest::DependencyKind::Peer}) {
    TreeGroup group{std::string(manifest::field_of(kind)), {}};
    for (const graph::Importer& importer : lock.graph.importers)
      for (const graph::ImporterEdge& edge : importer.dependencies)
        if (edge.kind == kind && takes(options, edge))
          group.nodes.push_back(
              builder.node(edge.name, edge.target, kind == manifest::DependencyKind::Optional, 0));
    if (!group.nodes.empty()) tree.groups.push_back(std::move(group));
  }
  return tree;
}

}  // namespace lpm::ops
