#include "ops/update/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "ops/install/project.h"
#include "semver/semver.h"

namespace lpm::ops::update {
namespace {

using install::InstallOptions;
using install::InstallResult;
using install::Project;
using install::UpdateWish;
using manifest::DependencyKind;

bool takes(const UpdateOptions& options, DependencyKind kind) {
  return options.kinds.empty() ||
         std::find(options.kinds.begin(), options.kinds.end(), kind) != options.kinds.end();
}

// Names of direct dependencies of the kinds that are asked for, and of the packages that stand
// behind aliases.
std::set<std::string> direct_names(const Project& project, const UpdateOptions& options) {
  std::set<std::string> names;
  const auto add = [&](const manifest::StringPairs& pairs, DependencyKind kind) {
    for (const auto& [name, text] : pairs)
      if (takes(options, kind)) names.insert(name);
  };
  add(project.manifest.dependencies, DependencyKind::Production);
  add(project.manifest.dev_dependencies, DependencyKind::Development);
  add(project.manifest.optional_dependencies, DependencyKind::Optional);
  add(project.manifest.peer_dependencies, DependencyKind::Peer);
  return names;
}

// What may be named: with kinds only direct dependencies, else whatever stands in the tree.
std::set<std::string> known_names(const Project& project, const UpdateOptions& options) {
  std::set<std::string> names = direct_names(project, options);
  if (!project.lockfile || !options.kinds.empty()) return names;
  for (const graph::Package& package : project.lockfile->graph.packages) {
    names.insert(package.name);
    for (const graph::Edge& edge : package.dependencies) names.insert(edge.name);
  }
  return names;
}

std::string fields_of(const UpdateOptions& options) {
  std::vector<std::string> fields;
  for (const DependencyKind kind : options.kinds) fields.emplace_back(manifest::field_of(kind));
  return fields.empty() ? "this project" : join(fields, " or ");
}

Error not_here(const std::string& name, const std::set<std::string>& known,
               const UpdateOptions& options) {
  Error error(ErrorCode::NOT_A_DEPENDENCY,
              fmt::format("`{}` is not in {}", name, fields_of(options)));
  error.where = install::kManifestFile;
  const std::vector<std::string> candidates(known.begin(), known.end());
  if (const auto near = nearest_name(name, candidates))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  error.hints.push_back(fmt::format("`lpm install {}` adds it", name));
  return error;
}

Status check_names(const Project& project, const UpdateOptions& options) {
  const std::set<std::string> known = known_names(project, options);
  for (const std::string& name : options.names) {
    if (known.contains(name)) continue;
    const std::size_t at = name.find('@', 1);
    if (at != std::string::npos && known.contains(name.substr(0, at)))
      return Error(ErrorCode::USAGE,
                   fmt::format("only names without versions can be given here, not `{}`", name))
          .hint(fmt::format("`lpm install {}` chooses that version", name));
    return not_here(name, known, options);
  }
  return {};
}

bool is_lower(const std::string& version, const std::string& than) {
  const auto a = semver::Version::parse(version);
  const auto b = semver::Version::parse(than);
  return a && b && *a < *b;
}

// A specifier that says by itself what `latest` would.
bool can_move(const Candidate& candidate) {
  if (candidate.kind == DependencyKind::Peer || candidate.latest.empty()) return false;
  const auto spec = manifest::parse_spec(candidate.name, candidate.spec);
  const auto* range = spec ? std::get_if<manifest::RangeSpec>(&spec->kind) : nullptr;
  return range != nullptr && !range->range.is_any();
}

Status find_moves(const Session& session, const UpdateOptions& options, UpdateWish& wish) {
  const CandidateOptions asked{
      .names = options.names, .kinds = options.kinds, .documents = options.documents};
  LPM_TRY_ASSIGN(Candidates found, find_candidates(session, asked));
  for (const Candidate& candidate : found.list) {
    const bool goes_down =
        options.goal == Goal::NeverLower && is_lower(candidate.latest, candidate.current);
    if (can_move(candidate) && !goes_down) wish.moves.push_back({candidate.name, candidate.latest});
  }
  wish.documents = std::move(found.documents);
  return {};
}

// The packages that stand behind names of the project's own.
void add_targets(const Project& project, std::vector<std::string>& names) {
  std::vector<std::string> targets;
  for (const auto* pairs : {&project.manifest.dependencies, &project.manifest.dev_dependencies,
                            &project.manifest.optional_dependencies})
    for (const auto& [name, text] : *pairs) {
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      const auto spec = manifest::parse_spec(name, text);
      if (spec && spec->is_alias()) targets.push_back(spec->target);
    }
  names.insert(names.end(), targets.begin(), targets.end());
}

}  // namespace

Status require_known(const Session& session, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  LPM_TRY(install::require_manifest(session));
  LPM_TRY_ASSIGN(const Project project, install::load_project(session));
  UpdateOptions options;
  options.names = names;
  return check_names(project, options);
}

Result<InstallResult> update(const Session& session, const UpdateOptions& options) {
  LPM_TRY(install::require_manifest(session));
  LPM_TRY_ASSIGN(const Project project, install::load_project(session));
  LPM_TRY(check_names(project, options));
  UpdateWish wish;
  wish.all = options.names.empty() && options.kinds.empty();
  wish.names = options.names;
  wish.documents = options.documents;
  const std::set<std::string> direct = direct_names(project, options);
  if (options.names.empty() && !wish.all) wish.names.assign(direct.begin(), direct.end());
  add_targets(project, wish.names);
  if (options.goal != Goal::InRange) {
    LPM_TRY(find_moves(session, options, wish));
  } else if (options.save_ranges) {
    for (const std::string& name : direct)
      if (options.names.empty() ||
          std::find(options.names.begin(), options.names.end(), name) != options.names.end())
        wish.raised.push_back(name);
  }
  InstallOptions install = options.install;
  install.update = std::move(wish);
  return install::install(session, install);
}

}  // namespace lpm::ops::update
