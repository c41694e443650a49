// list: the locked graph as a tree, whole or only the paths to some packages.
#include <algorithm>

#include "base/text.h"
#include "formats/json.h"
#include "manifest/manifest.h"
#include "ops/inspect.h"
#include "ops/inspect_lock.h"
#include "ops/workspace_packages.h"
#include "os/files.h"
#include "os/process.h"

namespace lpm::ops {
namespace {

using graph::PackageId;

// `NAME` or `NAME@RANGE` of the command line.
struct Wanted {
  std::string name;
  std::optional<semver::Range> range;
};

Result<std::vector<Wanted>> parse_names(const std::vector<std::string>& texts) {
  std::vector<Wanted> wanted;
  for (const std::string& text : texts) {
    LPM_TRY_ASSIGN(const manifest::PackageArgument argument,
                   manifest::parse_package_argument(text));
    std::optional<semver::Range> range;
    if (argument.has_spec) range = semver::Range::parse(argument.spec);
    if (argument.name.empty() || (argument.has_spec && !range))
      return Error(ErrorCode::BAD_SPEC,
                   "`" + text + "` is neither a package name nor a name with a version range")
          .hint("for example `lpm list react` or `lpm list react@^18`");
    wanted.push_back({argument.name, std::move(range)});
  }
  return wanted;
}

// Which edges lead to what was asked for. Without names every edge does.
class Filter {
 public:
  Filter(const graph::DependencyGraph& graph, const graph::Reached& reached,
         std::vector<Wanted> wanted)
      : graph_(graph), wanted_(std::move(wanted)), leads_(graph.packages.size(), wanted_.empty()) {
    if (!wanted_.empty()) mark_what_leads_there(reached);
  }

  bool is_on() const { return !wanted_.empty(); }
  bool admits(const std::string& name, PackageId target) const {
    return !is_on() || matches(name, target) ||
           (target != graph::kNoPackage && leads_[graph::index(target)]);
  }
  // The edge itself ends at a wanted package, by the dependent's name for it or by its own.
  bool matches(const std::string& name, PackageId target) const {
    return std::any_of(wanted_.begin(), wanted_.end(), [&](const Wanted& wanted) {
      if (target == graph::kNoPackage) return wanted.name == name && !wanted.range;
      const graph::Package& package = graph_[target];
      if (wanted.name != name && wanted.name != package.name) return false;
      if (!wanted.range) return true;
      const auto version = semver::Version::parse(package.version);
      return version && wanted.range->contains(*version, semver::Prereleases::Any);
    });
  }

 private:
  // From the wanted packages against the edges, each package once.
  void mark_what_leads_there(const graph::Reached& reached) {
    const std::size_t count = graph_.packages.size();
    std::vector<std::vector<std::uint32_t>> dependents(count);
    std::vector<std::uint32_t> pending;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!reached.installed[i]) continue;
      for (const graph::Edge& edge : graph_.packages[i].dependencies) {
        if (edge.target != graph::kNoPackage) dependents[graph::index(edge.target)].push_back(i);
        if (!leads_[i] && matches(edge.name, edge.target)) {
          leads_[i] = true;
          pending.push_back(i);
        }
      }
    }
    while (!pending.empty()) {
      const std::uint32_t package = pending.back();
      pending.pop_back();
      for (const std::uint32_t dependent : dependents[package]) {
        if (leads_[dependent]) continue;
        leads_[dependent] = true;
        pending.push_back(dependent);
      }
    }
  }

  const graph::DependencyGraph& graph_;
  const std::vector<Wanted> wanted_;
  std::vector<bool> leads_;  // by PackageId: a wanted package is somewhere below
};

// Walks the graph once; a package's own dependencies are shown where it comes first.
class TreeBuilder {
 public:
  TreeBuilder(const graph::DependencyGraph& graph, const graph::Reached& reached,
              const Filter& filter, std::uint32_t depth)
      : graph_(graph),
        reached_(reached),
        filter_(filter),
        depth_(depth),
        shown_(graph.packages.size(), false) {}

  TreeNode node(const std::string& name, PackageId target, bool optional, std::uint32_t level) {
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
    const auto is_shown = [&](const graph::Edge& edge) {
      return filter_.admits(edge.name, edge.target);
    };
    const bool has_children =
        std::any_of(package.dependencies.begin(), package.dependencies.end(), is_shown);
    result.repeated = shown_[graph::index(target)] && has_children;
    if (result.repeated) return result;
    shown_[graph::index(target)] = true;
    for (const graph::Edge& edge : package.dependencies)
      if (is_shown(edge))
        result.children.push_back(node(edge.name, edge.target, edge.optional, level + 1));
    return result;
  }

 private:
  const graph::DependencyGraph& graph_;
  const graph::Reached& reached_;
  const Filter& filter_;
  const std::uint32_t depth_;
  std::vector<bool> shown_;
};

// One heading of the tree.
struct Section {
  std::string_view title;
  manifest::DependencyKind kind;
  bool is_named = true;  // package.json names it; else it is there as the peer of a package

  bool holds(const graph::ImporterEdge& edge, const manifest::Manifest& manifest) const {
    if (edge.kind != kind) return false;
    if (kind != manifest::DependencyKind::Peer) return true;
    return is_named == std::any_of(manifest.peer_dependencies.begin(),
                                   manifest.peer_dependencies.end(),
                                   [&](const auto& entry) { return entry.first == edge.name; });
  }
};

const std::vector<Section>& sections() {
  using enum manifest::DependencyKind;
  static const std::vector<Section> all = {{manifest::field_of(Production), Production},
                                           {manifest::field_of(Development), Development},
                                           {manifest::field_of(Optional), Optional},
                                           {manifest::field_of(Peer), Peer},
                                           {"peers", Peer, /*is_named=*/false}};
  return all;
}

bool takes(const TreeOptions& options, const graph::ImporterEdge& edge) {
  if (edge.kind == manifest::DependencyKind::Development && !options.development) return false;
  return edge.kind != manifest::DependencyKind::Optional || options.optional;
}

std::uint64_t count_matches(const graph::DependencyGraph& graph, const graph::Importer& importer,
                            const graph::Reached& reached, const Filter& filter) {
  std::vector<bool> found(graph.packages.size(), false);
  const auto note = [&](const std::string& name, PackageId target) {
    if (target != graph::kNoPackage && reached.installed[graph::index(target)] &&
        filter.matches(name, target))
      found[graph::index(target)] = true;
  };
  for (const graph::ImporterEdge& edge : importer.dependencies) note(edge.name, edge.target);
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (reached.installed[i])
      for (const graph::Edge& edge : graph.packages[i].dependencies) note(edge.name, edge.target);
  return static_cast<std::uint64_t>(std::count(found.begin(), found.end(), true));
}

std::optional<std::string> nearest_package(const graph::DependencyGraph& graph,
                                           const std::string& name) {
  std::vector<std::string> names;
  for (const graph::Package& package : graph.packages) names.push_back(package.name);
  const std::optional<std::string> near = nearest_name(name, names);
  return near == name ? std::nullopt : near;
}

// Members are links, and no packages that were installed.
std::uint64_t count_installed(const graph::DependencyGraph& graph, const graph::Reached& reached) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (reached.installed[i] && graph.packages[i].source.kind != graph::SourceKind::Workspace)
      ++count;
  return count;
}

std::string description_of(const std::string& directory, const std::string& name) {
  const auto text = os::read_file_if_exists(directory + "/node_modules/" + name + "/package.json");
  if (!text || !*text) return "";
  const auto root = formats::json::parse(**text, "package.json");
  return root ? std::string(root->text_at("description").value_or("")) : "";
}

// Of a graph with one importer.
DependencyTree tree_of(const graph::DependencyGraph& graph, const manifest::Manifest& manifest,
                       const std::string& directory, const TreeOptions& options,
                       const std::vector<Wanted>& wanted) {
  graph::Selection selection;
  selection.development = options.development;
  selection.optional = options.optional;
  const manifest::Platform platform{manifest::host_os(), manifest::host_cpu(), os::libc_family()};
  const graph::Reached reached = graph::reach(graph, selection, platform);
  const graph::Importer& importer = graph.importers.front();
  DependencyTree tree;
  tree.path = importer.path;
  tree.name = manifest.name;
  tree.version = manifest.version;
  tree.packages = count_installed(graph, reached);
  const Filter filter(graph, reached, wanted);
  TreeBuilder builder(graph, reached, filter, filter.is_on() ? UINT32_MAX : options.depth);
  const auto described = [&](TreeNode node) {
    if (options.descriptions) node.description = description_of(directory, node.name);
    return node;
  };
  for (const Section& section : sections()) {
    TreeGroup group{std::string(section.title), {}};
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (section.holds(edge, manifest) && takes(options, edge) &&
          filter.admits(edge.name, edge.target))
        group.nodes.push_back(described(builder.node(
            edge.name, edge.target, edge.kind == manifest::DependencyKind::Optional, 0)));
    if (!group.nodes.empty()) tree.groups.push_back(std::move(group));
  }
  if (filter.is_on()) {
    tree.matches = count_matches(graph, importer, reached, filter);
    if (tree.groups.empty()) tree.near_name = nearest_package(graph, wanted.front().name);
  }
  return tree;
}

}  // namespace

Result<std::vector<DependencyTree>> dependency_trees(const Session& session,
                                                     const TreeOptions& options,
                                                     const MemberChoice& choice) {
  LPM_TRY_ASSIGN(const std::vector<Wanted> wanted, parse_names(options.names));
  LPM_TRY_ASSIGN(const WorkspacePackages packages, read_packages(session));
  LPM_TRY_ASSIGN(const std::vector<std::size_t> chosen,
                 chosen_packages(session, choice, packages.names));
  LPM_TRY_ASSIGN(lockfile::Lockfile lock, read_lock(session));
  const std::vector<graph::Importer> importers = std::move(lock.graph.importers);
  std::vector<DependencyTree> trees;
  for (const std::size_t i : chosen) {
    const auto importer = std::find_if(
        importers.begin(), importers.end(),
        [&](const graph::Importer& one) { return one.path == packages.names[i].path; });
    if (importer == importers.end()) continue;  // a member that is not installed yet
    lock.graph.importers = {*importer};
    trees.push_back(tree_of(lock.graph, packages.packages[i].manifest,
                            packages.packages[i].directory, options, wanted));
  }
  return trees;
}

}  // namespace lpm::ops
