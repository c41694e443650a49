#include "ops/install/save_wishes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/url_password.h"
#include "formats/json.h"
#include "ops/update/move_range.h"

namespace lpm::ops::install {
namespace {

using manifest::DependencyKind;

graph::ImporterEdge* edge_of(graph::DependencyGraph& graph, std::string_view importer,
                             const std::string& name) {
  const auto owner = std::find_if(graph.importers.begin(), graph.importers.end(),
                                  [&](const graph::Importer& one) { return one.path == importer; });
  if (owner == graph.importers.end()) return nullptr;
  const auto edge = std::find_if(owner->dependencies.begin(), owner->dependencies.end(),
                                 [&](const graph::ImporterEdge& one) { return one.name == name; });
  return edge == owner->dependencies.end() ? nullptr : &*edge;
}

// The range to save for a version that was chosen by a tag: `^1.3.0`; prereleases keep the prefix,
// as npm does.
std::string range_for(const std::string& version, const SaveOptions& save) {
  return save.exact ? version : save.prefix + version;
}

std::string saved_spec(const AddedDependency& added, const graph::Package& package,
                       const SaveOptions& save) {
  const bool is_alias = added.name != package.name;
  if (added.is_source || (added.keep_as_written && !save.exact)) return added.asked;
  const std::string range = range_for(package.version, save);
  if (added.asked.starts_with("jsr:"))
    return fmt::format("{}@{}", added.asked.substr(0, added.asked.find('@', 5)), range);
  return is_alias ? fmt::format("npm:{}@{}", package.name, range) : range;
}

// For the lines of what was saved.
std::string place_of(const ProjectPackage& package) {
  return package.path == "." ? "" : package.path + ", ";
}

Status write_following(formats::json::Editor& editor, const ProjectPackage& package,
                       const std::vector<FollowingRange>& following, const SaveOptions& save,
                       graph::DependencyGraph& graph, std::vector<std::string>& saved) {
  for (const FollowingRange& range : following) {
    LPM_TRY_ASSIGN(const manifest::DependencySpec spec,
                   manifest::parse_spec(range.name, range.written));
    graph::ImporterEdge* edge = edge_of(graph, package.path, range.name);
    if (edge == nullptr) continue;
    edge->spec = range.written;
    if (edge->target == graph::kNoPackage) continue;
    const std::string& version = graph[edge->target].version;
    edge->spec = range.is_moved ? update::moved_spec(spec, version, save.prefix)
                                : update::raised_spec(spec, version);
    if (edge->spec == range.written) continue;
    const std::array<std::string_view, 2> path = {manifest::field_of(range.kind), range.name};
    LPM_TRY(editor.set(path, formats::json::quote(edge->spec)));
    if (save.save)
      saved.push_back(fmt::format("{}@{} ({}{})", range.name, edge->spec, place_of(package),
                                  manifest::field_of(range.kind)));
  }
  return {};
}

}  // namespace

Result<std::string> write_wishes(const ProjectPackage& package, const WantedManifest& wanted,
                                 const SaveOptions& save, graph::DependencyGraph& graph,
                                 std::vector<std::string>& saved) {
  using formats::json::Editor;
  LPM_TRY_ASSIGN(Editor editor, Editor::open(package.manifest_text, package.manifest_path()));
  for (const std::string& name : wanted.removed) {
    for (const DependencyKind kind : kDependencyKinds) {
      const std::array<std::string_view, 2> path = {manifest::field_of(kind), name};
      LPM_TRY_ASSIGN(const bool was_there, editor.remove(path, /*drop_empty_parent=*/false));
      (void)was_there;
    }
  }
  for (const AddedDependency& added : wanted.added) {
    graph::ImporterEdge* edge = edge_of(graph, package.path, added.name);
    if (edge == nullptr || edge->target == graph::kNoPackage) continue;
    const std::string spec = saved_spec(added, graph[edge->target], save);
    // The lockfile has what the catalog says.
    if (!spec.starts_with("catalog:")) edge->spec = spec;
    for (const DependencyKind kind : kDependencyKinds) {
      if (kind == added.kind || kind == DependencyKind::Peer) continue;
      const std::array<std::string_view, 2> path = {manifest::field_of(kind), added.name};
      LPM_TRY_ASSIGN(const bool was_there, editor.remove(path, /*drop_empty_parent=*/true));
      (void)was_there;
    }
    const std::array<std::string_view, 2> path = {manifest::field_of(added.kind), added.name};
    LPM_TRY(editor.set(path, formats::json::quote(spec), Editor::Placement::Sorted));
    if (save.save)
      saved.push_back(fmt::format("{}@{} ({}{})", added.name, without_password(spec),
                                  place_of(package), manifest::field_of(added.kind)));
  }
  LPM_TRY(write_following(editor, package, wanted.following, save, graph, saved));
  return editor.text();
}

}  // namespace lpm::ops::install
