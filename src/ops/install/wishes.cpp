#include "ops/install/wishes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "base/url_password.h"
#include "formats/json.h"
#include "ops/install/acquire.h"
#include "ops/install/added_source.h"
#include "ops/update/move_range.h"
#include "ops/workspace_packages.h"
#include "semver/semver.h"

namespace lpm::ops::install {
namespace {

using manifest::DependencyKind;
using manifest::Manifest;
using manifest::StringPairs;

constexpr std::array kKinds = {DependencyKind::Production, DependencyKind::Development,
                               DependencyKind::Optional, DependencyKind::Peer};

StringPairs& map_of(Manifest& manifest, DependencyKind kind) {
  switch (kind) {
    case DependencyKind::Production:
      return manifest.dependencies;
    case DependencyKind::Development:
      return manifest.dev_dependencies;
    case DependencyKind::Optional:
      return manifest.optional_dependencies;
    case DependencyKind::Peer:
      return manifest.peer_dependencies;
  }
  return manifest.dependencies;
}

auto find_in(StringPairs& map, std::string_view name) {
  return std::find_if(map.begin(), map.end(),
                      [&](const auto& entry) { return entry.first == name; });
}

std::optional<DependencyKind> present_kind(Manifest& manifest, std::string_view name) {
  for (const DependencyKind kind : kKinds)
    if (find_in(map_of(manifest, kind), name) != map_of(manifest, kind).end()) return kind;
  return std::nullopt;
}

void set_dependency(Manifest& manifest, DependencyKind kind, const std::string& name,
                    const std::string& spec) {
  for (const DependencyKind other : kKinds) {
    StringPairs& map = map_of(manifest, other);
    const auto at = find_in(map, name);
    if (at == map.end()) continue;
    if (other == kind) {
      at->second = spec;
      return;
    }
    if (other != DependencyKind::Peer) map.erase(at);
  }
  map_of(manifest, kind).emplace_back(name, spec);
}

// How members of the workspace are linked from one package.
struct LinkRules {
  const workspace::Targets& targets;
  const std::string& path;  // of the package
  bool plain_ranges;
};

// What the user wrote as a version or range stays; `npm:a` without one gets the range of what it is
// resolved to, as `a` alone does.
bool is_version_or_range(const manifest::DependencySpec& spec) {
  const bool is_bare_alias = spec.is_alias() && spec.text.find('@', 5) == std::string::npos;
  return std::holds_alternative<manifest::RangeSpec>(spec.kind) && !is_bare_alias;
}

// What is saved for a member of the workspace whose name was given alone: where plain ranges link,
// one that npm reads, too.
std::string member_spec(const workspace::Targets::Target& member, const LinkRules& rules,
                        const SaveOptions& save) {
  if (!rules.plain_ranges) return "workspace:^";
  if (member.version.empty()) return "*";
  return save.exact ? member.version : save.prefix + member.version;
}

Result<AddedDependency> read_argument(const Session& session, Manifest& manifest,
                                      const std::string& argument, const SaveOptions& save,
                                      const LinkRules& rules) {
  LPM_TRY_ASSIGN(const manifest::PackageArgument parsed,
                 manifest::parse_package_argument(argument));
  const DependencyKind kind =
      save.kind.value_or(present_kind(manifest, parsed.name).value_or(DependencyKind::Production));
  if (parsed.name.empty()) {
    LPM_TRY_ASSIGN(const manifest::DependencySpec spec, manifest::parse_unnamed_spec(parsed.spec));
    return AddedDependency{"", text_to_save(session, spec), true, true, kind};
  }
  const std::string asked =
      parsed.has_spec && !parsed.spec.empty() ? parsed.spec : save.default_tag;
  LPM_TRY_ASSIGN(const manifest::DependencySpec spec, manifest::parse_spec(parsed.name, asked));
  if (graph::source_text(spec.kind))
    return AddedDependency{parsed.name, text_to_save(session, spec), true, true, kind};
  const workspace::Targets::Target* member = rules.targets.named(parsed.name);
  const bool is_link = std::holds_alternative<manifest::WorkspaceSpec>(spec.kind) ||
                       std::holds_alternative<manifest::CatalogSpec>(spec.kind);
  if (!spec.is_registry() && !is_link)
    return Error(ErrorCode::UNSUPPORTED_SPEC,
                 fmt::format("`{}` cannot be added by the command line", argument))
        .hint("write it into package.json");
  if (member != nullptr && member->path != rules.path && !parsed.has_spec)
    return AddedDependency{parsed.name, member_spec(*member, rules, save), true, false, kind};
  return AddedDependency{parsed.name, asked, is_version_or_range(spec) || is_link, false, kind};
}

Error not_a_dependency(Manifest& manifest, const std::string& file,
                       const std::vector<std::string>& missing) {
  std::vector<std::string> names;
  for (const DependencyKind kind : kKinds)
    for (const auto& [name, spec] : map_of(manifest, kind)) names.push_back(name);
  Error error(ErrorCode::NOT_A_DEPENDENCY,
              fmt::format("`{}` is not a dependency of this project", join(missing, "`, `")));
  error.where = file;
  if (const std::optional<std::string> near = nearest_name(missing.front(), names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

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
  return is_alias ? fmt::format("npm:{}@{}", package.name, range) : range;
}

// The field whose specifier counts for a name, and that an update may write; the resolver looks at
// optionalDependencies first, too.
std::optional<DependencyKind> updated_kind(Manifest& manifest, const std::string& name) {
  for (const DependencyKind kind :
       {DependencyKind::Optional, DependencyKind::Production, DependencyKind::Development})
    if (find_in(map_of(manifest, kind), name) != map_of(manifest, kind).end()) return kind;
  return std::nullopt;
}

// An exact version in place of the range, as long as versions are chosen.
void ask_for_version(std::string& spec_text, const std::string& name, const std::string& version) {
  const Result<manifest::DependencySpec> spec = manifest::parse_spec(name, spec_text);
  if (!spec) return;
  spec_text = spec->is_alias() ? fmt::format("npm:{}@{}", spec->target, version) : version;
}

// By a catalog, or by the version of a member.
bool is_said_elsewhere(std::string_view spec) {
  return spec.starts_with("catalog:") || spec.starts_with("workspace:");
}

void apply_update(WantedManifest& wanted, const UpdateWish& update) {
  for (const UpdateWish::Move& move : update.moves) {
    const auto kind = updated_kind(wanted.manifest, move.name);
    if (!kind) continue;
    std::string& spec = find_in(map_of(wanted.manifest, *kind), move.name)->second;
    if (is_said_elsewhere(spec)) continue;
    wanted.following.push_back({move.name, spec, *kind, true});
    ask_for_version(spec, move.name, move.version);
  }
  for (const std::string& name : update.raised) {
    const auto kind = updated_kind(wanted.manifest, name);
    if (!kind) continue;
    const std::string& spec = find_in(map_of(wanted.manifest, *kind), name)->second;
    if (is_said_elsewhere(spec)) continue;
    wanted.following.push_back({name, spec, *kind, false});
  }
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

// Of one package that the wishes concern.
Result<WantedManifest> apply_to(const Session& session, const ProjectPackage& package,
                                const InstallOptions& options, const LinkRules& rules) {
  WantedManifest wanted;
  wanted.manifest = package.manifest;
  std::vector<std::string> missing;
  for (const std::string& name : options.remove) {
    bool found = false;
    for (const DependencyKind kind : kKinds) {
      StringPairs& map = map_of(wanted.manifest, kind);
      if (const auto at = find_in(map, name); at != map.end()) {
        map.erase(at);
        found = true;
      }
    }
    (found ? wanted.removed : missing).push_back(name);
  }
  if (!missing.empty()) return not_a_dependency(wanted.manifest, package.manifest_path(), missing);
  for (const std::string& argument : options.add) {
    LPM_TRY_ASSIGN(AddedDependency added,
                   read_argument(session, wanted.manifest, argument, options.save, rules));
    if (!added.name.empty()) set_dependency(wanted.manifest, added.kind, added.name, added.asked);
    wanted.added.push_back(std::move(added));
  }
  if (options.update) apply_update(wanted, *options.update);
  return wanted;
}

// The project's packages and who of them depends on whom, before anything is wished.
Result<std::vector<workspace::Selectable>> selectable(const Project& project, bool plain_ranges) {
  std::map<std::string_view, std::size_t> index_of;
  for (std::size_t i = 0; i < project.package_count(); ++i) index_of[project.package(i).path] = i;
  std::vector<workspace::Selectable> packages;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    workspace::Selectable& one =
        packages.emplace_back(workspace::Selectable{package.manifest.name, package.path, {}});
    LPM_TRY_ASSIGN(const manifest::Manifest manifest,
                   project.workspace.catalogs.applied_to(
                       {package.path, package.manifest_text, package.manifest}));
    LPM_TRY_ASSIGN(const std::vector<workspace::Link> links,
                   workspace::links_of({package.path, package.manifest_text, manifest},
                                       project.targets, plain_ranges));
    for (const workspace::Link& link : links) one.dependencies.push_back(index_of[link.path]);
  }
  return packages;
}

// Which packages the wishes concern, by index.
Result<std::vector<bool>> targets_of(const Session& session, const Project& project,
                                     const InstallOptions& options, bool plain_ranges) {
  std::vector<bool> targets(project.package_count());
  if (options.update) targets[0] = true;  // `update` looks at the root's manifest
  if (options.add.empty() && options.remove.empty()) return targets;
  LPM_TRY_ASSIGN(const std::vector<workspace::Selectable> packages,
                 selectable(project, plain_ranges));
  LPM_TRY_ASSIGN(const std::vector<std::size_t> chosen,
                 chosen_packages(session, options.members, packages));
  if (chosen.empty())
    return Error(ErrorCode::NO_SUCH_MEMBER, "no member of the workspace is meant")
        .hint("`lpm list --recursive` shows the members");
  for (const std::size_t i : chosen) targets[i] = true;
  return targets;
}

// False when all had names.
Result<bool> name_wishes_of(const ProjectPackage& package, WantedManifest& wanted,
                            const InstallOptions& options, Supply& supply) {
  bool named = false;
  for (AddedDependency& added : wanted.added) {
    if (!added.name.empty()) continue;
    named = true;
    LPM_TRY_ASSIGN(added.name, name_of_source(supply, added.asked, package.path));
    added.kind = options.save.kind.value_or(
        present_kind(wanted.manifest, added.name).value_or(DependencyKind::Production));
    set_dependency(wanted.manifest, added.kind, added.name, added.asked);
  }
  return named;
}

Result<WantedManifest> want(const Session& session, const Project& project,
                            const ProjectPackage& package, const InstallOptions& options,
                            bool is_target, bool plain_ranges) {
  WantedManifest wanted;
  wanted.manifest = package.manifest;
  if (is_target) {
    const LinkRules rules{project.targets, package.path, plain_ranges};
    LPM_TRY_ASSIGN(wanted, apply_to(session, package, options, rules));
  }
  const workspace::Dependent dependent{package.path, package.manifest_text, wanted.manifest};
  LPM_TRY_ASSIGN(wanted.manifest, project.workspace.catalogs.applied_to(dependent));
  LPM_TRY_ASSIGN(wanted.links, workspace::links_of(dependent, project.targets, plain_ranges));
  return wanted;
}

}  // namespace

Result<WantedProject> apply_wishes(const Session& session, const Project& project,
                                   const InstallOptions& options) {
  const bool plain_ranges = links_plain_ranges(session.settings, project.workspace.is_pnpm);
  LPM_TRY_ASSIGN(const std::vector<bool> targets,
                 targets_of(session, project, options, plain_ranges));
  WantedProject wanted;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    LPM_TRY_ASSIGN(WantedManifest one,
                   want(session, project, package, options, targets[i], plain_ranges));
    if (i == 0)
      static_cast<WantedManifest&>(wanted) = std::move(one);
    else
      wanted.members.push_back(std::move(one));
  }
  return wanted;
}

Status name_wishes(const Session& session, const Project& project, const InstallOptions& options,
                   WantedProject& wanted, Supply& supply) {
  const bool plain_ranges = links_plain_ranges(session.settings, project.workspace.is_pnpm);
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    WantedManifest& one = i == 0 ? wanted : wanted.members[i - 1];
    const ProjectPackage& package = project.package(i);
    LPM_TRY_ASSIGN(const bool named, name_wishes_of(package, one, options, supply));
    if (!named) continue;
    LPM_TRY_ASSIGN(one.links,
                   workspace::links_of({package.path, package.manifest_text, one.manifest},
                                       project.targets, plain_ranges));
  }
  return {};
}

Result<std::string> write_wishes(const ProjectPackage& package, const WantedManifest& wanted,
                                 const SaveOptions& save, graph::DependencyGraph& graph,
                                 std::vector<std::string>& saved) {
  using formats::json::Editor;
  LPM_TRY_ASSIGN(Editor editor, Editor::open(package.manifest_text, package.manifest_path()));
  for (const std::string& name : wanted.removed) {
    for (const DependencyKind kind : kKinds) {
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
    for (const DependencyKind kind : kKinds) {
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
