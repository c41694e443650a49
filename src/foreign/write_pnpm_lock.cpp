// pnpm-lock.yaml, lockfileVersion 9.0: packages by what they are, snapshots by what is around them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "foreign/write.h"
#include "foreign/yaml_text.h"
#include "formats/json.h"

namespace lpm::foreign {
namespace {

using graph::PackageId;
using graph::SourceKind;
using manifest::DependencyKind;
using Map = std::map<std::string, std::string>;

// Before the key in the title of such a rule.
constexpr std::string_view kOverrides = "pnpm-workspace.yaml overrides > ";

// Packages that something requires: without the others an install can go on.
std::vector<bool> required_packages(const graph::DependencyGraph& graph) {
  std::vector<bool> required(graph.packages.size());
  std::vector<PackageId> queue;
  const auto need = [&](PackageId id) {
    if (id == graph::kNoPackage || required[graph::index(id)]) return;
    required[graph::index(id)] = true;
    queue.push_back(id);
  };
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (edge.kind != DependencyKind::Optional) need(edge.target);
  while (!queue.empty()) {
    const PackageId id = queue.back();
    queue.pop_back();
    for (const graph::Edge& edge : graph[id].dependencies)
      if (!edge.optional) need(edge.target);
  }
  return required;
}

// `../b` as seen from the folder `from`, both relative to the project.
std::string relative_path(std::string_view from, std::string_view to) {
  const auto parts_of = [](std::string_view path) {
    std::vector<std::string_view> parts;
    for (const std::string_view part : split(path, '/'))
      if (!part.empty() && part != ".") parts.push_back(part);
    return parts;
  };
  const auto a = parts_of(from), b = parts_of(to);
  std::size_t common = 0;
  while (common < a.size() && common < b.size() && a[common] == b[common]) ++common;
  std::vector<std::string> path(a.size() - common, "..");
  for (std::size_t i = common; i < b.size(); ++i) path.emplace_back(b[i]);
  return path.empty() ? "." : join(path, "/");
}

class PnpmLockWriter {
 public:
  explicit PnpmLockWriter(const LockSource& source) : source_(source), graph_(source.graph) {}

  WrittenLock write() {
    read_overrides();
    write_importers();  // says which entries of catalogs are used
    const std::string importers = std::exchange(text_, "lockfileVersion: '9.0'\n");
    text_ += "\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n";
    write_catalogs();
    write_overrides();
    if (!source_.patches.empty()) text_ += "\n";
    write_map(0, "patchedDependencies", source_.patches);
    text_ += importers;
    write_packages();
    write_snapshots();
    tell_of_rules();
    WrittenLock written{std::move(text_), {}};
    for (const auto& [what, reason] : told_) written.omissions.push_back({what, reason, 0});
    return written;
  }

 private:
  void line(std::size_t depth, std::string_view text) {
    text_.append(2 * depth, ' ').append(text).append("\n");
  }
  void write_map(std::size_t depth, std::string_view key, const Map& map) {
    if (map.empty()) return;
    line(depth, fmt::format("{}:", key));
    for (const auto& [name, text] : map)
      line(depth + 1, fmt::format("{}: {}", yaml_scalar(name), yaml_scalar(text)));
  }
  void write_list(std::size_t depth, std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    std::vector<std::string> scalars;
    for (const std::string& text : texts) scalars.push_back(yaml_scalar(text));
    line(depth, fmt::format("{}: [{}]", key, join(scalars, ", ")));
  }
  void tell(std::string what, std::string reason) {
    told_.emplace(std::move(what), std::move(reason));
  }

  void write_catalogs() {
    if (!catalogs_.empty()) text_ += "\ncatalogs:\n";
    for (const auto& [catalog, entries] : catalogs_) {
      line(1, yaml_scalar(catalog) + ":");
      for (const auto& [name, entry] : entries)
        text_ += fmt::format("    {}:\n      specifier: {}\n      version: {}\n", yaml_scalar(name),
                             yaml_scalar(entry.spec), yaml_scalar(entry.version));
    }
  }
  // As package.json has it, or the rule that replaces that; the graph has what a catalog says.
  std::string specifier_of(const LockSource::Package& package, const graph::Importer& importer,
                           const graph::ImporterEdge& edge) {
    if (const std::string* rule = override_of(importer, edge.name)) return *rule;
    const manifest::Manifest& manifest = package.manifest;
    for (const manifest::StringPairs* pairs :
         {&manifest.dependencies, &manifest.dev_dependencies, &manifest.optional_dependencies,
          &manifest.peer_dependencies})
      for (const auto& [name, text] : *pairs) {
        if (name != edge.name) continue;
        if (text.starts_with("catalog:")) {
          const std::string catalog = text == "catalog:" ? "default" : text.substr(8);
          catalogs_[catalog][name] = {edge.spec, graph_[edge.target].version};
        }
        return text;
      }
    return edge.spec;
  }

  // Those that pnpm itself reads, in its order: it compares them, and what they make of the
  // specifiers of importers, with the file.
  void read_overrides() {
    const formats::json::Value* written =
        source_.packages[0].manifest.pnpm_workspace.find("overrides");
    if (written == nullptr || !written->is_object()) return;
    for (const auto& [key, value] : written->members)
      if (value.is_string()) overrides_.emplace_back(key, without_reference(value.string));
  }
  // `$name` is what the project itself asks for.
  std::string without_reference(const std::string& value) const {
    if (!value.starts_with('$')) return value;
    for (const graph::Importer& importer : graph_.importers)
      if (importer.path == ".")
        for (const graph::ImporterEdge& edge : importer.dependencies)
          if (edge.name == value.substr(1)) return edge.spec;
    return value;
  }
  const std::string* override_of(const graph::Importer& importer, std::string_view name) const {
    for (const graph::AppliedRule& rule : importer.rules) {
      if (rule.name != name || !rule.rule.starts_with(kOverrides)) continue;
      for (const auto& [key, value] : overrides_)
        if (key == std::string_view(rule.rule).substr(kOverrides.size())) return &value;
    }
    return nullptr;
  }
  void write_overrides() {
    if (!overrides_.empty()) text_ += "\noverrides:\n";
    for (const auto& [key, value] : overrides_)
      line(1, fmt::format("{}: {}", yaml_scalar(key), yaml_scalar(value)));
  }

  // Between `name@` and the peers: "18.3.1", "file:a.tgz".
  static std::string version_text(const graph::Package& package) {
    return package.source.is_registry() ? package.version : package.source_text();
  }
  static std::string package_key(const graph::Package& package) {
    if (package.source.kind == SourceKind::Directory)
      return fmt::format("{}@file:{}", package.name, package.source.locator);
    return fmt::format("{}@{}", package.name, version_text(package));
  }
  // A folder that is linked to has no entry.
  static bool is_linked(const graph::Package& package) {
    return package.source.kind == SourceKind::Link || package.source.kind == SourceKind::Workspace;
  }
  std::string snapshot_key(PackageId id) const {
    const std::size_t i = graph::index(id);
    const bool is_patched = i < source_.patch_hashes.size() && !source_.patch_hashes[i].empty();
    return package_key(graph_[id]) +
           (is_patched ? fmt::format("(patch_hash={})", source_.patch_hashes[i]) : "") +
           graph_[id].peer_context;
  }
  std::string reference(std::string_view name, PackageId id, std::string_view from) const {
    const graph::Package& target = graph_[id];
    if (is_linked(target)) return "link:" + relative_path(from, target.source.locator);
    const std::string key = snapshot_key(id);
    return name == target.name ? key.substr(target.name.size() + 1) : key;
  }

  void write_importers() {
    text_ += "\nimporters:\n";
    for (const LockSource::Package& package : sorted_packages()) {
      const auto importer =
          std::find_if(graph_.importers.begin(), graph_.importers.end(),
                       [&](const graph::Importer& one) { return one.path == package.path; });
      static const graph::Importer kNone;
      write_importer(package, importer == graph_.importers.end() ? kNone : *importer);
    }
  }
  std::vector<LockSource::Package> sorted_packages() const {
    std::map<std::string_view, const manifest::Manifest*> by_path;
    for (const LockSource::Package& package : source_.packages)
      by_path.emplace(package.path, &package.manifest);
    std::vector<LockSource::Package> sorted;
    for (const auto& [path, manifest] : by_path) sorted.push_back({path, *manifest});
    return sorted;
  }

  void write_importer(const LockSource::Package& package, const graph::Importer& importer) {
    struct Group {
      DependencyKind kind;
      std::string text = {};
    };
    Group groups[] = {
        {DependencyKind::Production}, {DependencyKind::Development}, {DependencyKind::Optional}};
    for (const graph::ImporterEdge& edge : importer.dependencies) {
      const bool is_own_peer = edge.kind == DependencyKind::Peer && is_peer_of(package, edge.name);
      if (edge.kind == DependencyKind::Peer && !is_own_peer) continue;
      if (edge.target == graph::kNoPackage) {
        tell(fmt::format("`{}`", edge.name), "is for no platform, and pnpm asks for an entry");
        continue;
      }
      for (Group& group : groups)
        if (group.kind == (is_own_peer ? DependencyKind::Production : edge.kind))
          group.text += fmt::format("      {}:\n        specifier: {}\n        version: {}\n",
                                    yaml_scalar(edge.name),
                                    yaml_scalar(specifier_of(package, importer, edge)),
                                    yaml_scalar(reference(edge.name, edge.target, package.path)));
    }
    const bool is_empty = std::all_of(std::begin(groups), std::end(groups),
                                      [](const Group& group) { return group.text.empty(); });
    text_ += fmt::format("\n  {}:{}\n", yaml_scalar(package.path), is_empty ? " {}" : "");
    for (const Group& group : groups)
      if (!group.text.empty())
        text_.append(fmt::format("    {}:\n", field_of(group.kind))).append(group.text);
  }
  static bool is_peer_of(const LockSource::Package& package, std::string_view name) {
    const auto& peers = package.manifest.peer_dependencies;
    return std::any_of(peers.begin(), peers.end(),
                       [&](const auto& peer) { return peer.first == name; });
  }

  void write_packages() {
    std::map<std::string, const graph::Package*> packages;  // one of those that differ in peers
    for (const graph::Package& package : graph_.packages)
      if (!is_linked(package)) packages.emplace(package_key(package), &package);
    if (packages.empty()) return;
    text_ += "\npackages:\n";
    for (const auto& [key, package] : packages) write_package(key, *package);
  }

  static std::string resolution_of(const graph::Package& package) {
    const std::string integrity =
        package.integrity.empty()
            ? ""
            : fmt::format("integrity: {}", yaml_scalar(package.integrity.to_string()));
    const auto with = [&](const std::string& text) {
      return integrity.empty() ? text : fmt::format("{}, {}", integrity, text);
    };
    switch (package.source.kind) {
      case SourceKind::Registry:
        if (package.tarball.empty()) return integrity;
        return with("tarball: " + yaml_scalar(package.tarball));
      case SourceKind::Url:
        return with("tarball: " + yaml_scalar(package.source.locator));
      case SourceKind::File:
        return with("tarball: " + yaml_scalar("file:" + package.source.locator));
      case SourceKind::Directory:
        return fmt::format("directory: {}, type: directory", yaml_scalar(package.source.locator));
      case SourceKind::Git: {
        std::string_view repository = package.source.locator;
        const std::size_t at = repository.find('#');
        const std::string_view commit =
            at == std::string_view::npos ? "" : repository.substr(at + 1);
        repository = repository.substr(0, at);
        if (repository.starts_with("git+")) repository.remove_prefix(4);
        return fmt::format("commit: {}, repo: {}, type: git",
                           yaml_scalar(commit.substr(0, commit.find("::"))),
                           yaml_scalar(repository));
      }
      case SourceKind::Link:
      case SourceKind::Workspace:
        break;
    }
    return "";
  }

  void write_package(const std::string& key, const graph::Package& package) {
    text_ +=
        fmt::format("\n  {}:\n    resolution: {{{}}}\n", yaml_scalar(key), resolution_of(package));
    if (!package.source.is_registry() && !package.version.empty())
      line(2, "version: " + yaml_scalar(package.version));
    if (!package.engines_node.empty())
      line(2, fmt::format("engines: {{node: {}}}", yaml_scalar(package.engines_node)));
    write_list(2, "cpu", package.platform.cpu);
    write_list(2, "os", package.platform.os);
    write_list(2, "libc", package.platform.libc);
    if (package.has_bin) line(2, "hasBin: true");
    if (!package.bundled.empty()) {
      line(2, "bundledDependencies:");
      for (const std::string& name : package.bundled) line(3, "- " + yaml_scalar(name));
    }
    Map peers;
    for (const graph::PeerDeclaration& peer : package.peers) peers[peer.name] = peer.range;
    write_map(2, "peerDependencies", peers);
    write_optional_peers(package);
    // Registries of scopes pnpm reads from .npmrc, too.
    const bool is_named = package.source.is_registry() && !package.source.locator.empty() &&
                          !package.source.locator.starts_with('@');
    if (is_named)
      tell(fmt::format("`{}`", package.id_without_peers()),
           fmt::format("that it comes from `{}` pnpm must know from its settings",
                       package.source.locator));
  }
  void write_optional_peers(const graph::Package& package) {
    bool is_first = true;
    for (const graph::PeerDeclaration& peer : package.peers) {
      if (!peer.optional) continue;
      if (std::exchange(is_first, false)) line(2, "peerDependenciesMeta:");
      line(3, yaml_scalar(peer.name) + ":");
      line(4, "optional: true");
    }
  }

  void write_snapshots() {
    const std::vector<bool> required = required_packages(graph_);
    std::map<std::string, std::size_t> snapshots;
    for (std::size_t i = 0; i < graph_.packages.size(); ++i) {
      const graph::Package& package = graph_.packages[i];
      if (!is_linked(package))
        snapshots.emplace(snapshot_key(PackageId{static_cast<std::uint32_t>(i)}), i);
      else if (package.source.kind == SourceKind::Link && !package.dependencies.empty())
        tell(fmt::format("`{}`", package.source.locator),
             "pnpm does not install what a folder needs that is linked to");
    }
    if (snapshots.empty()) return;
    text_ += "\nsnapshots:\n";
    for (const auto& [key, i] : snapshots) write_snapshot(key, graph_.packages[i], required[i]);
  }

  void write_snapshot(const std::string& key, const graph::Package& package, bool is_required) {
    Map dependencies, optional;
    for (const graph::Edge& edge : package.dependencies) {
      if (edge.target == graph::kNoPackage) continue;
      Map& map = edge.optional ? optional : dependencies;
      map.emplace(edge.name, reference(edge.name, edge.target, "."));
    }
    const bool is_empty = dependencies.empty() && optional.empty() && is_required;
    text_ += fmt::format("\n  {}:{}\n", yaml_scalar(key), is_empty ? " {}" : "");
    write_map(2, "dependencies", dependencies);
    write_map(2, "optionalDependencies", optional);
    if (!is_required) line(2, "optional: true");
  }

  void tell_of_rules() {
    for (const std::string& title : source_.other_patches)
      tell(title, "is a patch that pnpm does not know of");
    const auto tell_rule = [this](const graph::AppliedRule& rule) {
      if (rule.rule.starts_with("pnpm-workspace.yaml") &&
          rule.kind == graph::AppliedRule::Kind::Overridden)
        return;
      tell(fmt::format("`{}`", rule.rule), "pnpm has no such rule here; its outcome is written");
    };
    for (const graph::Importer& importer : graph_.importers)
      for (const graph::AppliedRule& rule : importer.rules) tell_rule(rule);
    for (const graph::Package& package : graph_.packages)
      for (const graph::AppliedRule& rule : package.rules) tell_rule(rule);
  }

  const LockSource& source_;
  const graph::DependencyGraph& graph_;
  struct CatalogEntry {
    std::string spec;
    std::string version;
  };
  std::string text_;
  std::vector<std::pair<std::string, std::string>> overrides_;
  std::map<std::string, std::map<std::string, CatalogEntry>> catalogs_;
  std::set<std::pair<std::string, std::string>> told_;
};

}  // namespace

WrittenLock write_pnpm_lock(const LockSource& source) {
  return PnpmLockWriter(source).write();
}

}  // namespace lpm::foreign
