#include "ops/install/source_drift.h"

#include <algorithm>

#include "graph/source_text.h"

namespace lpm::ops::install {
namespace {

using graph::Package;
using graph::SourceKind;

bool is_folder(const Package& package) {
  return package.source.kind == SourceKind::Link || package.source.kind == SourceKind::Directory;
}

// `link:` asks for the folder alone, `file:` for its dependencies too. The lockfile says which in
// the importers' specifiers only; elsewhere the edges tell.
bool has_own_dependencies(const graph::DependencyGraph& graph, std::uint32_t id) {
  if (!graph.packages[id].dependencies.empty()) return true;
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (edge.target == graph::PackageId{id} && !edge.spec.starts_with("link:")) return true;
  return false;
}

// `portal:` is linked whatever the settings say.
bool is_portal(const graph::DependencyGraph& graph, std::uint32_t id) {
  const auto leads_there = [id](const graph::ImporterEdge& edge) {
    return edge.target == graph::PackageId{id} && edge.spec.starts_with("portal:");
  };
  return std::any_of(
      graph.importers.begin(), graph.importers.end(), [&](const graph::Importer& importer) {
        return std::any_of(importer.dependencies.begin(), importer.dependencies.end(), leads_there);
      });
}

bool is_peer(const Package& package, std::string_view name) {
  return std::any_of(package.peers.begin(), package.peers.end(),
                     [&](const auto& peer) { return peer.name == name; });
}

// Whether a locked package is one that a folder's specifier asks for, as far as texts can tell.
bool admits(const Package& folder, std::string_view name, std::string_view text,
            const Package& target) {
  const auto spec = manifest::parse_spec(name, text);
  if (!spec) return false;
  if (const auto source = graph::source_text(spec->kind)) {
    const auto locked = graph::text_of(target.source);
    if (!locked) return false;
    if (!graph::is_path_text(*source))
      return *source == *locked || graph::is_same_repository(*source, target.source);
    const std::string rebased = graph::rebased(*source, folder.source.locator);
    return rebased.substr(rebased.find(':')) == locked->substr(locked->find(':')) ||
           rebased.starts_with("file:~/");
  }
  if (!spec->is_registry()) return true;
  if (!target.source.is_registry() || target.name != spec->target) return false;
  const auto* range = std::get_if<manifest::RangeSpec>(&spec->kind);
  if (range == nullptr || range->range.is_any()) return true;
  const auto version = semver::Version::parse(target.version);
  return version && range->range.contains(*version);
}

bool edges_fit(const lockfile::Lockfile& lockfile, const Package& package,
               const manifest::Packument& now) {
  std::vector<manifest::NameAndText> wished = now.dependencies(0);
  const std::size_t required = wished.size();
  for (const auto& optional : now.optional_dependencies(0)) wished.push_back(optional);
  const auto bundled = now.bundled(0);
  std::size_t count = 0;
  for (std::size_t i = 0; i < wished.size(); ++i) {
    const auto& [name, text] = wished[i];
    if (std::find(bundled.begin(), bundled.end(), name) != bundled.end()) continue;
    ++count;
    const auto edge = std::find_if(package.dependencies.begin(), package.dependencies.end(),
                                   [&](const graph::Edge& one) { return one.name == name; });
    if (edge == package.dependencies.end() || edge->optional != (i >= required)) return false;
    if (edge->target == graph::kNoPackage || !lockfile.inputs.overrides.empty()) continue;
    if (!admits(package, name, text, lockfile.graph[edge->target])) return false;
  }
  const auto own = std::count_if(package.dependencies.begin(), package.dependencies.end(),
                                 [&](const auto& edge) { return !is_peer(package, edge.name); });
  return static_cast<std::size_t>(own) == count;
}

bool peers_fit(const Package& package, const manifest::Packument& now) {
  const auto peers = now.peer_dependencies(0);
  std::size_t count = 0;
  for (const auto& [name, range] : peers) {
    const auto is_edge = [&, wished = name](const auto& pairs) {
      return std::any_of(pairs.begin(), pairs.end(),
                         [&](const auto& pair) { return pair.name == wished; });
    };
    if (is_edge(now.dependencies(0)) || is_edge(now.optional_dependencies(0))) continue;
    ++count;
    const bool optional = now.is_optional_peer(0, name);
    const bool is_known = std::any_of(
        package.peers.begin(), package.peers.end(),
        [&, wished = name, wanted = range](const graph::PeerDeclaration& peer) {
          return peer.name == wished && peer.range == wanted && peer.optional == optional;
        });
    if (!is_known) return false;
  }
  return count == package.peers.size();
}

bool folder_fits(const lockfile::Lockfile& lockfile, const Package& package,
                 const manifest::Packument& now) {
  if (now.name() != package.name || now.version_text(0) != package.version ||
      now.has_bin(0) != package.has_bin || now.engines_node(0) != package.engines_node ||
      now.platform(0) != package.platform ||
      now.has_install_script(0) != package.has_install_script)
    return false;
  return edges_fit(lockfile, package, now) && peers_fit(package, now);
}

}  // namespace

sources::Options source_options(const Session& session) {
  const config::Settings& settings = session.settings;
  sources::Options options;
  options.project = session.project;
  options.home = os::home_directory();
  options.offline = settings.flag("offline");
  options.pack_folders = settings.flag("install-links");
  options.install_peers = !settings.flag("legacy-peer-deps");
  options.strict_integrity = settings.flag("strict-integrity");
  options.allow_conflicting_duplicates = settings.flag("allow-duplicate-entries");
  options.environment = session.environment;
  options.allow_file_protocol = session.test_mode;
  return options;
}

Result<std::vector<std::string>> changed_sources(const Session& session,
                                                 const lockfile::Lockfile& lockfile) {
  std::vector<std::string> changed;
  const auto& packages = lockfile.graph.packages;
  std::optional<sources::Options> options;
  for (std::uint32_t i = 0; i < packages.size(); ++i) {
    const Package& package = packages[i];
    const bool is_archive = package.source.kind == SourceKind::File;
    if (!is_folder(package) && !is_archive) continue;
    if (!options) options = source_options(session);
    if (is_archive) {
      LPM_TRY_ASSIGN(const crypto::Integrity integrity,
                     sources::integrity_of_file(*options, package.source.locator));
      if (integrity != package.integrity) changed.push_back(package.id_without_peers());
      continue;
    }
    const bool is_linked = package.source.kind == SourceKind::Link;
    const bool is_alone = is_linked && !has_own_dependencies(lockfile.graph, i);
    sources::Options reading = *options;
    reading.pack_folders = options->pack_folders && !is_portal(lockfile.graph, i);
    LPM_TRY_ASSIGN(const sources::Folder folder,
                   sources::read_folder(reading, package.source.locator, is_alone));
    if (folder.is_packed == is_linked || !folder_fits(lockfile, package, *folder.packument))
      changed.push_back(package.id_without_peers());
  }
  return changed;
}

std::vector<std::string> files_of_sources(const Session& session,
                                          const graph::DependencyGraph& graph) {
  std::vector<std::string> files;
  for (const Package& package : graph.packages) {
    if (!is_folder(package) && package.source.kind != SourceKind::File) continue;
    std::string path = package.source.locator;
    if (!path.starts_with('/')) path = session.project + "/" + path;
    files.push_back(is_folder(package) ? path + "/package.json" : path);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace lpm::ops::install
