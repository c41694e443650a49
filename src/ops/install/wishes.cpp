#include "ops/install/wishes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "ops/install/acquire.h"
#include "ops/install/added_source.h"
#include "ops/workspace_packages.h"
#include "semver/semver.h"

namespace lpm::ops::install {
namespace {

using manifest::DependencyKind;
using manifest::Manifest;
using manifest::StringPairs;

auto find_in(StringPairs& map, std::string_view name) {
  return std::find_if(map.begin(), map.end(),
                      [&](const auto& entry) { return entry.first == name; });
}

std::optional<DependencyKind> present_kind(Manifest& manifest, std::string_view name) {
  for (const DependencyKind kind : kDependencyKinds)
    if (find_in(pairs_of(manifest, kind), name) != pairs_of(manifest, kind).end()) return kind;
  return std::nullopt;
}

void set_dependency(Manifest& manifest, DependencyKind kind, const std::string& name,
                    const std::string& spec) {
  for (const DependencyKind other : kDependencyKinds) {
    StringPairs& map = pairs_of(manifest, other);
    const auto at = find_in(map, name);
    if (at == map.end()) continue;
    if (other == kind) {
      at->second = spec;
      return;
    }
    if (other != DependencyKind::Peer) map.erase(at);
  }
  pairs_of(manifest, kind).emplace_back(name, spec);
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
  for (const DependencyKind kind : kDependencyKinds)
    for (const auto& [name, spec] : pairs_of(manifest, kind)) names.push_back(name);
  Error error(ErrorCode::NOT_A_DEPENDENCY,
              fmt::format("`{}` is not a dependency of this project", join(missing, "`, `")));
  error.where = file;
  if (const std::optional<std::string> near = nearest_name(missing.front(), names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

// The field whose specifier counts for a name, and that an update may write; the resolver looks at
// optionalDependencies first, too.
std::optional<DependencyKind> updated_kind(Manifest& manifest, const std::string& name) {
  for (const DependencyKind kind :
       {DependencyKind::Optional, DependencyKind::Production, DependencyKind::Development})
    if (find_in(pairs_of(manifest, kind), name) != pairs_of(manifest, kind).end()) return kind;
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

// Of an update, what concerns one package. `wanted` is as written, before catalogs.
void apply_update(std::string_view importer, const UpdateWish& update, WantedManifest& wanted) {
  for (const UpdateWish::Move& move : update.moves) {
    if (move.importer != importer) continue;
    const auto kind = updated_kind(wanted.manifest, move.name);
    if (!kind) continue;
    std::string& spec = find_in(pairs_of(wanted.manifest, *kind), move.name)->second;
    if (is_said_elsewhere(spec)) continue;
    wanted.following.push_back({move.name, spec, *kind, true});
    ask_for_version(spec, move.name, move.version);
  }
  for (const UpdateWish::Raise& raise : update.raised) {
    if (raise.importer != importer) continue;
    const auto kind = updated_kind(wanted.manifest, raise.name);
    if (!kind) continue;
    const std::string& spec = find_in(pairs_of(wanted.manifest, *kind), raise.name)->second;
    if (is_said_elsewhere(spec)) continue;
    wanted.following.push_back({raise.name, spec, *kind, false});
  }
}

// Of one package that the wishes concern.
Result<WantedManifest> apply_to(const Session& session, const ProjectPackage& package,
                                const InstallOptions& options, const LinkRules& rules) {
  WantedManifest wanted;
  wanted.manifest = package.manifest;
  std::vector<std::string> missing;
  for (const std::string& name : options.remove) {
    bool found = false;
    for (const DependencyKind kind : kDependencyKinds) {
      StringPairs& map = pairs_of(wanted.manifest, kind);
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
  return wanted;
}

// Puts in what catalogs say, and finds the dependencies that go to members.
Status complete(const Project& project, const ProjectPackage& package, bool plain_ranges,
                WantedManifest& wanted) {
  const workspace::Dependent dependent{package.path, package.manifest_text, wanted.manifest};
  LPM_TRY_ASSIGN(wanted.manifest, project.workspace.catalogs.applied_to(dependent));
  LPM_TRY_ASSIGN(wanted.links, workspace::links_of(dependent, project.targets, plain_ranges));
  return {};
}

Status apply_to_chosen(const Session& session, const Project& project,
                       const InstallOptions& options, bool plain_ranges, WantedProject& wanted) {
  LPM_TRY_ASSIGN(const std::vector<std::size_t> chosen,
                 some_chosen_packages(session, options.members, selectable(project, wanted)));
  for (const std::size_t i : chosen) {
    const ProjectPackage& package = project.package(i);
    const LinkRules rules{project.targets, package.path, plain_ranges};
    LPM_TRY_ASSIGN(wanted.package(i), apply_to(session, package, options, rules));
    LPM_TRY(complete(project, package, plain_ranges, wanted.package(i)));
  }
  return {};
}

Status apply_update_to_all(const Project& project, const UpdateWish& update, bool plain_ranges,
                           WantedProject& wanted) {
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    WantedManifest updated;
    updated.manifest = package.manifest;
    apply_update(package.path, update, updated);
    if (!updated.is_changed()) continue;
    LPM_TRY(complete(project, package, plain_ranges, updated));
    wanted.package(i) = std::move(updated);
  }
  return {};
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

}  // namespace

Result<WantedProject> as_written(const Session& session, const Project& project) {
  const bool plain_ranges = links_plain_ranges(session.settings, project.workspace.is_pnpm);
  WantedProject wanted;
  wanted.members.resize(project.members.size());
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    wanted.package(i).manifest = project.package(i).manifest;
    LPM_TRY(complete(project, project.package(i), plain_ranges, wanted.package(i)));
  }
  return wanted;
}

std::vector<workspace::Selectable> selectable(const Project& project, const WantedProject& wanted) {
  std::map<std::string_view, std::size_t> index_of;
  for (std::size_t i = 0; i < project.package_count(); ++i) index_of[project.package(i).path] = i;
  std::vector<workspace::Selectable> packages;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    workspace::Selectable& one =
        packages.emplace_back(workspace::Selectable{package.manifest.name, package.path, {}});
    for (const workspace::Link& link : wanted.package(i).links)
      if (link.path != package.path) one.dependencies.push_back(index_of[link.path]);
  }
  return packages;
}

Result<WantedProject> apply_wishes(const Session& session, const Project& project,
                                   const InstallOptions& options) {
  const bool plain_ranges = links_plain_ranges(session.settings, project.workspace.is_pnpm);
  LPM_TRY_ASSIGN(WantedProject wanted, as_written(session, project));
  if (options.update) LPM_TRY(apply_update_to_all(project, *options.update, plain_ranges, wanted));
  if (!options.add.empty() || !options.remove.empty())
    LPM_TRY(apply_to_chosen(session, project, options, plain_ranges, wanted));
  return wanted;
}

Status name_wishes(const Session& session, const Project& project, const InstallOptions& options,
                   WantedProject& wanted, Supply& supply) {
  const bool plain_ranges = links_plain_ranges(session.settings, project.workspace.is_pnpm);
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    WantedManifest& one = wanted.package(i);
    const ProjectPackage& package = project.package(i);
    LPM_TRY_ASSIGN(const bool named, name_wishes_of(package, one, options, supply));
    if (!named) continue;
    LPM_TRY_ASSIGN(one.links,
                   workspace::links_of({package.path, package.manifest_text, one.manifest},
                                       project.targets, plain_ranges));
  }
  return {};
}

}  // namespace lpm::ops::install
