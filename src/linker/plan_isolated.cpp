// Graph to the isolated layout: which folders, links and bins node_modules has. Pure.
#include <algorithm>
#include <map>
#include <set>

#include "linker/folder_name.h"
#include "linker/linker.h"
#include "semver/semver.h"

namespace lpm::linker {
namespace {

using graph::DependencyGraph;
using graph::Package;
using graph::PackageId;

constexpr std::string_view kRoot = ".";

// A command becomes a file name in .bin.
bool is_plain_command(std::string_view command) {
  return !command.empty() && command != "." && command != ".." && command.size() <= 255 &&
         std::none_of(command.begin(), command.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == '/' || c == '\\' || c == 0x7f;
         });
}

bool stays_inside(std::string_view path) {
  if (path.empty() || path.starts_with('/')) return false;
  return ("/" + std::string(path) + "/").find("/../") == std::string::npos;
}

bool is_folder_link(const Package& package) {
  return package.source.kind == graph::SourceKind::Link ||
         package.source.kind == graph::SourceKind::Workspace;
}

class IsolatedPlanner {
 public:
  IsolatedPlanner(const DependencyGraph& graph, const std::vector<bool>& installed,
                  const std::vector<const store::Entry*>& entries,
                  const std::vector<FolderBins>& folder_bins)
      : graph_(graph),
        installed_(installed),
        entries_(entries),
        folder_bins_(folder_bins),
        folders_(graph.packages.size()) {
    for (std::size_t i = 0; i < folders_.size(); ++i)
      if (installed[i] && entries[i] != nullptr && !is_folder_link(graph.packages[i]))
        folders_[i] = folder_name(graph.packages[i]);
  }

  LinkPlan plan(std::size_t importer, const graph::Selection& selection) {
    plan_ = {};
    root_names_.clear();
    const graph::Importer& root = graph_.importers[importer];
    modules_ = root.path == kRoot ? "node_modules" : root.path + "/node_modules";
    if (root.path == kRoot)
      for (std::uint32_t i = 0; i < folders_.size(); ++i)
        if (!folders_[i].empty()) add_package(PackageId{i});
    add_root_links(root, selection);
    if (root.path == kRoot) add_hidden_links();
    return std::move(plan_);
  }

  LinkPlan plan_folder(PackageId id) {
    const Package& package = graph_[id];
    modules_ = package.source.locator + "/node_modules";
    std::vector<std::pair<std::string_view, PackageId>> direct;
    for (const graph::Edge& edge : package.dependencies) {
      if (!graph::is_linkable_name(edge.name))
        warn_of_name(edge.name);
      else if (add_link(edge.name, edge.target))
        direct.emplace_back(edge.name, edge.target);
    }
    add_shims(".bin/", ".bin", direct, "", true);
    return std::move(plan_);
  }

 private:
  // Where the package's files are, relative to the workspace root; "" when they are nowhere.
  std::string place_of(PackageId id) const {
    if (id == graph::kNoPackage || !installed_[graph::index(id)]) return "";
    const Package& package = graph_[id];
    if (is_folder_link(package)) return package.source.locator;
    const std::string& folder = folders_[graph::index(id)];
    if (folder.empty()) return "";
    return "node_modules/.lpm/" + folder + "/node_modules/" + package.name;
  }

  // `path` is below this importer's node_modules. False when there is nothing to link to.
  bool add_link(std::string path, PackageId target) {
    const std::string place = place_of(target);
    if (place.empty()) return false;
    const std::size_t slash = path.rfind('/');
    std::string folder = modules_;
    if (slash != std::string::npos) folder.append("/").append(path, 0, slash);
    std::string link = place.starts_with('/') ? place : relative_path(folder, place);
    plan_.links.push_back({std::move(path), std::move(link)});
    return true;
  }

  void add_package(PackageId id) {
    const Package& package = graph_[id];
    if (!graph::is_linkable_name(package.name)) return warn_of_name(package.name);
    PlannedPackage planned{id, folders_[graph::index(id)], package.name, false, {}, {}, {}};
    planned.links.begin = link_count();
    planned.shims.begin = shim_count();
    const std::string inner = ".lpm/" + planned.folder + "/node_modules/";
    std::vector<std::pair<std::string_view, PackageId>> siblings;
    for (const graph::Edge& edge : package.dependencies) {
      if (edge.target == id || is_carried(package, id, edge.name)) continue;
      if (!graph::is_linkable_name(edge.name)) {
        warn_of_name(edge.name);
        continue;
      }
      // Its own name beside itself is taken: another version of it goes inside.
      const bool inside = edge.name == package.name;
      if (inside && holds_folder(id, "node_modules/" + edge.name)) continue;
      if (add_link(inner + (inside ? package.name + "/node_modules/" : "") + edge.name,
                   edge.target))
        siblings.emplace_back(edge.name, edge.target);
    }
    planned.links.end = link_count();
    const std::string own = package.name + "/node_modules/";
    if (!holds_folder(id, "node_modules/.bin"))
      add_shims(inner + own + ".bin/", own + ".bin", siblings, package.name, false);
    planned.shims.end = shim_count();
    plan_.packages.push_back(std::move(planned));
  }

  // Does the tarball itself hold this dependency?
  bool is_carried(const Package& package, PackageId id, const std::string& name) const {
    if (std::find(package.bundled.begin(), package.bundled.end(), name) == package.bundled.end())
      return false;
    return holds_folder(id, "node_modules/" + name);
  }

  bool holds_folder(PackageId id, const std::string& folder) const {
    const auto& directories = entries_[graph::index(id)]->index.directories;
    return std::find(directories.begin(), directories.end(), folder) != directories.end();
  }

  // Commands of `packages` (by name) as links in the folder `prefix`. `bin_folder` is that folder
  // relative to the one that holds the packages' links; `self` lies a level deeper than its
  // siblings.
  void add_shims(const std::string& prefix, std::string_view bin_folder,
                 const std::vector<std::pair<std::string_view, PackageId>>& packages,
                 const std::string& self, bool warn) {
    std::map<std::string_view, PackageId> owners;
    const std::size_t first = plan_.shims.size();
    for (const auto& [name, id] : packages) {
      for (const store::IndexedBin& bin : bins_of(id)) {
        if (!is_plain_command(bin.command) || !stays_inside(bin.path)) {
          if (warn) warn_of_bin(id, bin.command);
          continue;
        }
        const auto [owner, is_new] = owners.emplace(bin.command, id);
        if (!is_new) {
          if (warn && owner->second != id) warn_of_collision(bin.command, owner->second, id);
          continue;
        }
        std::string place(name == self ? self + "/node_modules/" : "");
        place.append(name).append("/").append(bin.path);
        plan_.shims.push_back({prefix + bin.command, relative_path(bin_folder, place), id});
      }
      if (const store::Entry* entry = entries_[graph::index(id)]; warn && entry != nullptr)
        for (const std::string& refused : entry->index.refused_bins) warn_of_bin(id, refused);
    }
    std::sort(plan_.shims.begin() + static_cast<std::ptrdiff_t>(first), plan_.shims.end(),
              [](const PlannedShim& a, const PlannedShim& b) { return a.path < b.path; });
  }

  const std::vector<store::IndexedBin>& bins_of(PackageId id) const {
    static const std::vector<store::IndexedBin> none;
    if (const store::Entry* entry = entries_[graph::index(id)]) return entry->index.bins;
    const auto folder =
        std::lower_bound(folder_bins_.begin(), folder_bins_.end(), id,
                         [](const FolderBins& one, PackageId wanted) { return one.id < wanted; });
    return folder != folder_bins_.end() && folder->id == id ? folder->bins : none;
  }

  void add_root_links(const graph::Importer& importer, const graph::Selection& selection) {
    std::vector<std::pair<std::string_view, PackageId>> direct;
    for (const graph::ImporterEdge& edge : importer.dependencies) {
      if (!is_selected(edge.kind, selection)) continue;
      if (!graph::is_linkable_name(edge.name)) {
        warn_of_name(edge.name);
        continue;
      }
      if (!add_link(edge.name, edge.target)) continue;
      direct.emplace_back(edge.name, edge.target);
      root_names_.insert(edge.name);
    }
    add_shims(".bin/", ".bin", direct, "", true);
  }

  static bool is_selected(manifest::DependencyKind kind, const graph::Selection& selection) {
    switch (kind) {
      case manifest::DependencyKind::Development:
        return selection.development;
      case manifest::DependencyKind::Optional:
        return selection.optional;
      case manifest::DependencyKind::Production:
      case manifest::DependencyKind::Peer:
        return selection.production;
    }
    return true;
  }

  void add_hidden_links() {
    std::map<std::string_view, PackageId> best;
    for (const PlannedPackage& planned : plan_.packages) {
      if (root_names_.contains(planned.name)) continue;
      const auto [entry, is_new] = best.emplace(planned.name, planned.id);
      if (!is_new && is_higher(planned.id, entry->second)) entry->second = planned.id;
    }
    for (const auto& [name, id] : best) add_link(".lpm/node_modules/" + std::string(name), id);
  }

  // Packages come by key, so that of equal versions the first key stays.
  bool is_higher(PackageId a, PackageId b) const {
    const auto first = semver::Version::parse(graph_[a].version);
    const auto second = semver::Version::parse(graph_[b].version);
    if (!first || !second) return first.has_value() && !second.has_value();
    return *first > *second;
  }

  std::uint32_t link_count() const { return static_cast<std::uint32_t>(plan_.links.size()); }
  std::uint32_t shim_count() const { return static_cast<std::uint32_t>(plan_.shims.size()); }

  void warn_of_name(const std::string& name) {
    plan_.warnings.push_back("`" + name + "` is not linked: not a package name");
  }
  void warn_of_bin(PackageId id, const std::string& command) {
    plan_.warnings.push_back("the command `" + command + "` of `" + graph_[id].name + "@" +
                             graph_[id].version + "` is not linked: it would leave its folder");
  }
  void warn_of_collision(std::string_view command, PackageId owner, PackageId other) {
    plan_.warnings.push_back("the command `" + std::string(command) + "` of `" +
                             graph_[other].name + "@" + graph_[other].version +
                             "` is not linked: `" + graph_[owner].name + "@" +
                             graph_[owner].version + "` has it too");
  }

  const DependencyGraph& graph_;
  const std::vector<bool>& installed_;
  const std::vector<const store::Entry*>& entries_;
  const std::vector<FolderBins>& folder_bins_;
  std::vector<std::string> folders_;  // by PackageId; "" when it has none
  std::string modules_;  // this importer's node_modules, relative to the workspace root
  std::set<std::string_view> root_names_;
  LinkPlan plan_;
};

}  // namespace

LinkPlan plan_isolated(const DependencyGraph& graph, const std::vector<bool>& installed,
                       const std::vector<const store::Entry*>& entries, std::size_t importer,
                       const graph::Selection& selection) {
  return IsolatedPlanner(graph, installed, entries, {}).plan(importer, selection);
}

std::vector<LinkPlan> plan_importers(const DependencyGraph& graph,
                                     const std::vector<bool>& installed,
                                     const std::vector<const store::Entry*>& entries,
                                     const graph::Selection& selection,
                                     const std::vector<FolderBins>& folder_bins) {
  IsolatedPlanner planner(graph, installed, entries, folder_bins);
  std::vector<LinkPlan> plans;
  for (std::size_t i = 0; i < graph.importers.size(); ++i)
    plans.push_back(planner.plan(i, selection));
  return plans;
}

LinkPlan plan_linked_folder(const DependencyGraph& graph, const std::vector<bool>& installed,
                            const std::vector<const store::Entry*>& entries, PackageId folder) {
  return IsolatedPlanner(graph, installed, entries, {}).plan_folder(folder);
}

std::vector<std::string> owned_folders(const LinkPlan& plan) {
  std::set<std::string> folders{"node_modules"};
  if (!plan.packages.empty()) folders.insert("node_modules/.lpm");
  const std::size_t inner_links = plan.packages.empty() ? 0 : plan.packages.back().links.end;
  const std::size_t inner_shims = plan.packages.empty() ? 0 : plan.packages.back().shims.end;
  const auto add_parent = [&folders](const std::string& path) {
    const std::size_t slash = path.rfind('/');
    // Scope folders of the hidden node_modules are left out: their number grows with the graph.
    if (slash == std::string::npos || path.starts_with(".lpm/node_modules/@")) return;
    folders.insert("node_modules/" + path.substr(0, slash));
  };
  for (std::size_t i = inner_links; i < plan.links.size(); ++i) add_parent(plan.links[i].path);
  for (std::size_t i = inner_shims; i < plan.shims.size(); ++i) add_parent(plan.shims[i].path);
  return {folders.begin(), folders.end()};
}

}  // namespace lpm::linker
