// package-lock.json, lockfileVersion 3, as npm lays it out.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "foreign/npm_flags.h"
#include "foreign/npm_order.h"
#include "foreign/npm_specs.h"
#include "foreign/placement.h"
#include "formats/json.h"
#include "graph/source_text.h"

namespace lpm::foreign {
namespace {

using formats::json::Writer;
using graph::SourceKind;
using manifest::DependencyKind;
using Map = std::map<std::string, std::string>;

Map sorted(const manifest::StringPairs& pairs) {
  return {pairs.begin(), pairs.end()};
}

class PackageLockWriter {
 public:
  explicit PackageLockWriter(const LockSource& source)
      : source_(source), placement_(place_packages(source)), specs_(source) {}

  WrittenLock write() {
    flags_ = npm_flags(placement_.places);
    for (PlaceId i = 0; i < placement_.places.size(); ++i)
      by_path_.emplace(placement_.places[i].path, i);
    const manifest::Manifest& project = *placement_.places[0].manifest;
    json_.begin_object();
    if (!project.name.empty()) json_.key("name").value(project.name);
    if (!project.version.empty()) json_.key("version").value(project.version);
    json_.key("lockfileVersion").value(3).key("requires").value(true);
    json_.key("packages").begin_object();
    for (const PlaceId id : in_order()) {
      json_.key(placement_.places[id].path).begin_object();
      write_place(id);
      json_.end_object();
    }
    json_.end_object().end_object();
    return {json_.take(), all_omissions()};
  }

 private:
  std::vector<PlaceId> in_order() const {
    std::vector<PlaceId> order(placement_.places.size());
    for (PlaceId i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](PlaceId a, PlaceId b) {
      return npm_less(placement_.places[a].path, placement_.places[b].path);
    });
    return order;
  }

  std::vector<Omission> all_omissions() {
    std::vector<Omission> all = std::move(placement_.omissions);
    for (Omission& one : specs_.take_omissions()) all.push_back(std::move(one));
    for (const std::string& title : source_.other_patches)
      all.push_back({title, "is a patch that npm does not know of", 0});
    for (const auto& [what, reason] : told_) all.push_back({what, reason, 0});
    return all;
  }

  void write_place(PlaceId id) {
    const Place& place = placement_.places[id];
    if (place.kind == PlaceKind::Link) {
      const Place& folder = placement_.places[place.folder];
      json_.key("resolved").value(folder.path).key("link").value(true);
    } else if (place.manifest != nullptr) {
      write_manifest(id);
    } else if (place.kind == PlaceKind::Folder) {
      write_folder(id);
    } else {
      write_package(id);
    }
  }

  void write_map(std::string_view key, const Map& map) {
    if (map.empty()) return;
    json_.key(key).begin_object();
    for (const auto& [name, text] : map) json_.key(name).value(text);
    json_.end_object();
  }
  void write_list(std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json_.key(key).begin_array();
    for (const std::string& text : texts) json_.value(text);
    json_.end_array();
  }
  void write_flag(std::string_view key, bool flag) {
    if (flag) json_.key(key).value(true);
  }
  void write_engines(const std::string& node) {
    if (!node.empty()) write_map("engines", {{"node", node}});
  }
  void write_optional_peers(const std::vector<std::string>& names) {
    if (names.empty()) return;
    json_.key("peerDependenciesMeta").begin_object();
    for (const std::string& name : names)
      json_.key(name).begin_object().key("optional").value(true).end_object();
    json_.end_object();
  }

  // The project or a member: what its package.json says.
  void write_manifest(PlaceId id) {
    const Place& place = placement_.places[id];
    const manifest::Manifest& manifest = *place.manifest;
    const bool is_project = place.kind == PlaceKind::Project;
    const bool is_named = is_project || !place.path.ends_with(manifest.name);
    if (is_named && !manifest.name.empty()) json_.key("name").value(manifest.name);
    if (!manifest.version.empty()) json_.key("version").value(manifest.version);
    if (!is_project) write_flags(id);
    if (is_project) write_list("workspaces", workspaces());
    specs_.tell_of(place.path.empty() ? "package.json" : place.path + "/package.json", manifest);
    write_map("dependencies", sorted(manifest.dependencies));
    write_map("bin", sorted(manifest.bins));
    write_map("devDependencies", sorted(manifest.dev_dependencies));
    write_engines(manifest.engines_node);
    write_map("optionalDependencies", sorted(manifest.optional_dependencies));
    write_map("peerDependencies", sorted(manifest.peer_dependencies));
    std::vector<std::string> optional = manifest.optional_peers;
    std::sort(optional.begin(), optional.end());
    write_optional_peers(optional);
  }

  std::vector<std::string> workspaces() const {
    const std::vector<std::string>& written = source_.packages[0].manifest.workspaces;
    if (!written.empty()) return written;
    std::vector<std::string> paths;  // they stand in pnpm-workspace.yaml
    for (std::size_t i = 1; i < source_.packages.size(); ++i)
      paths.emplace_back(source_.packages[i].path);
    return paths;
  }

  // A folder that is linked to.
  void write_folder(PlaceId id) {
    const Place& place = placement_.places[id];
    const graph::Package& package = source_.graph[place.package];
    if (!place.path.ends_with(package.name)) json_.key("name").value(package.name);
    if (!package.version.empty()) json_.key("version").value(package.version);
    write_facts(id);
  }

  void write_package(PlaceId id) {
    const Place& place = placement_.places[id];
    const graph::Package& package = source_.graph[place.package];
    if (package.name != place.name) json_.key("name").value(package.name);
    json_.key("version").value(package.version);
    const std::string resolved = address_of(place.package);
    if (!resolved.empty()) json_.key("resolved").value(resolved);
    if (!package.integrity.empty() && package.source.kind != SourceKind::Directory)
      json_.key("integrity").value(package.integrity.to_string());
    write_facts(id);
  }

  std::string address_of(graph::PackageId id) const {
    const graph::Package& package = source_.graph[id];
    if (auto text = graph::text_of(package.source)) return *text;
    if (!package.tarball.empty()) return package.tarball;
    return source_.tarballs.empty() ? "" : source_.tarballs[graph::index(id)];
  }

  // In the order of npm: what is no object first, by name.
  void write_facts(PlaceId id) {
    const Place& place = placement_.places[id];
    const graph::Package& package = source_.graph[place.package];
    const PackageFacts* facts = specs_.facts_of(place.package);
    write_list("bundleDependencies", package.bundled);
    write_list("cpu", package.platform.cpu);
    write_dev_flags(id);
    write_flag("hasInstallScript", package.has_install_script);
    write_list("libc", package.platform.libc);
    write_flag("optional", flags_[id].optional);
    write_list("os", package.platform.os);
    write_flag("peer", flags_[id].peer);
    const NpmSpecs::Maps maps = specs_.of(place.package);
    write_map("dependencies", maps.dependencies);
    if (facts != nullptr) write_map("bin", sorted(facts->bins));
    if (facts == nullptr && package.has_bin)
      told_.emplace(fmt::format("`{}`", package.id_without_peers()),
                    "has commands whose names are not known here");
    write_engines(package.engines_node);
    write_map("optionalDependencies", maps.optional);
    write_map("peerDependencies", peers_at(id));
    std::vector<std::string> optional_peers;
    for (const graph::PeerDeclaration& peer : package.peers)
      if (peer.optional) optional_peers.push_back(peer.name);
    write_optional_peers(optional_peers);
  }

  void write_dev_flags(PlaceId id) {
    write_flag("dev", flags_[id].dev);
    write_flag("devOptional", flags_[id].dev_optional);
  }
  void write_flags(PlaceId id) {
    write_dev_flags(id);
    write_flag("optional", flags_[id].optional);
    write_flag("peer", flags_[id].peer);
  }

  // What Node finds from there; kNoPlace when nothing.
  PlaceId seen_from(PlaceId from, std::string_view name) const {
    for (;; from = placement_.places[from].above) {
      const std::string& path = placement_.places[from].path;
      const auto found =
          by_path_.find(fmt::format("{}{}node_modules/{}", path, path.empty() ? "" : "/", name));
      if (found != by_path_.end()) return found->second;
      if (from == 0) return kNoPlace;
    }
  }

  // Of a peer that nobody supplies npm still looks at what stands where it would be found.
  Map peers_at(PlaceId id) {
    const Place& place = placement_.places[id];
    Map ranges = specs_.peers_of(place.package);
    for (auto& [name, range] : ranges) {
      if (specs_.is_supplied(place.package, name)) continue;
      const PlaceId seen = seen_from(id, name);
      if (seen == kNoPlace || placement_.places[seen].package == graph::kNoPackage) continue;
      const graph::Package& found = source_.graph[placement_.places[seen].package];
      if (admits(range, found.version)) continue;
      told_.emplace(fmt::format("`{}`", source_.graph[place.package].id_without_peers()),
                    fmt::format("its peer `{}@{}` is written as `*`: it sees {}", name, range,
                                found.version));
      range = "*";
    }
    return ranges;
  }

  const LockSource& source_;
  Placement placement_;
  NpmSpecs specs_;
  std::vector<NpmFlags> flags_;
  std::unordered_map<std::string, PlaceId> by_path_;
  std::set<std::pair<std::string, std::string>> told_;
  Writer json_;
};

}  // namespace

std::vector<bool> packages_with_facts(const graph::DependencyGraph& graph) {
  std::vector<bool> wanted(graph.packages.size());
  std::vector<graph::PackageId> queue;
  const auto want = [&](graph::PackageId id) {
    if (id == graph::kNoPackage || wanted[graph::index(id)]) return;
    if (!graph[id].platform.empty()) return;
    wanted[graph::index(id)] = true;
    queue.push_back(id);
  };
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies) want(edge.target);
  while (!queue.empty()) {
    const graph::PackageId id = queue.back();
    queue.pop_back();
    for (const graph::Edge& edge : graph[id].dependencies) want(edge.target);
  }
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (graph.packages[i].source.kind == SourceKind::Workspace) wanted[i] = false;
  return wanted;
}

WrittenLock write_package_lock(const LockSource& source) {
  return PackageLockWriter(source).write();
}

}  // namespace lpm::foreign
