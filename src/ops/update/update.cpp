#include "ops/update/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "ops/update/scope.h"
#include "semver/semver.h"

namespace lpm::ops::update {
namespace {

using install::InstallOptions;
using install::InstallResult;
using install::UpdateWish;
using manifest::DependencyKind;

// What may be named: with kinds only direct dependencies, else whatever the chosen packages need.
std::set<std::string> known_names(const Scope& scope, const UpdateOptions& options) {
  std::set<std::string> names;
  for (const Direct& direct : direct_dependencies(scope, options.kinds)) names.emplace(direct.name);
  if (!scope.project.lockfile || !options.kinds.empty()) return names;
  const graph::DependencyGraph& graph = scope.project.lockfile->graph;
  const std::vector<bool> needed = scope.needed();
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    if (!needed[i]) continue;
    names.insert(graph.packages[i].name);
    for (const graph::Edge& edge : graph.packages[i].dependencies) names.insert(edge.name);
  }
  return names;
}

// For messages: what the names are looked for in.
std::string place_of(const Scope& scope, const UpdateOptions& options) {
  std::vector<std::string> fields;
  for (const DependencyKind kind : options.kinds) fields.emplace_back(manifest::field_of(kind));
  if (!fields.empty()) return join(fields, " or ");
  if (scope.is_whole || scope.project.members.empty()) return "this project";
  if (scope.chosen.size() > 1) return "the chosen members";
  const std::string& path = scope.project.package(scope.chosen.front()).path;
  return path == "." ? "the root of the workspace" : fmt::format("`{}`", path);
}

Error not_here(const std::string& name, const std::set<std::string>& known, const Scope& scope,
               const UpdateOptions& options) {
  Error error(ErrorCode::NOT_A_DEPENDENCY,
              fmt::format("`{}` is not in {}", name, place_of(scope, options)));
  error.where = scope.project.package(scope.chosen.front()).manifest_path();
  const std::vector<std::string> candidates(known.begin(), known.end());
  if (const auto near = nearest_name(name, candidates))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  error.hints.push_back(fmt::format("`lpm install {}` adds it", name));
  return error;
}

Status check_names(const Scope& scope, const UpdateOptions& options) {
  if (options.names.empty()) return {};
  const std::set<std::string> known = known_names(scope, options);
  for (const std::string& name : options.names) {
    if (known.contains(name)) continue;
    const std::size_t at = name.find('@', 1);
    if (at != std::string::npos && known.contains(name.substr(0, at)))
      return Error(ErrorCode::USAGE,
                   fmt::format("only names without versions can be given here, not `{}`", name))
          .hint(fmt::format("`lpm install {}` chooses that version", name));
    return not_here(name, known, scope, options);
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
  const CandidateOptions asked{.names = options.names,
                               .kinds = options.kinds,
                               .members = options.install.members,
                               .documents = options.documents};
  LPM_TRY_ASSIGN(Candidates found, find_candidates(session, asked));
  for (const Candidate& candidate : found.list) {
    const bool goes_down =
        options.goal == Goal::NeverLower && is_lower(candidate.latest, candidate.current);
    if (can_move(candidate) && !goes_down)
      wish.moves.push_back({candidate.importer, candidate.name, candidate.latest});
  }
  wish.documents = std::move(found.documents);
  return {};
}

bool is_named(const UpdateOptions& options, std::string_view name) {
  return std::find(options.names.begin(), options.names.end(), name) != options.names.end();
}

// The names whose locked versions do not count: those given, or those of all that is meant; of
// aliases the packages that stand behind them, too.
std::vector<std::string> updated_names(const Scope& scope, const UpdateOptions& options) {
  std::set<std::string> names(options.names.begin(), options.names.end());
  for (const Direct& direct : direct_dependencies(scope, options.kinds)) {
    if (!options.names.empty() && !is_named(options, direct.name)) continue;
    names.emplace(direct.name);
    const auto spec = manifest::parse_spec(direct.name, direct.spec);
    if (spec && spec->is_alias()) names.insert(spec->target);
  }
  if (!options.names.empty() || !options.kinds.empty() || !scope.project.lockfile)
    return {names.begin(), names.end()};
  const graph::DependencyGraph& graph = scope.project.lockfile->graph;
  const std::vector<bool> needed = scope.needed();
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (needed[i]) names.insert(graph.packages[i].name);
  return {names.begin(), names.end()};
}

}  // namespace

Status require_known(const Session& session, const MemberChoice& members,
                     const std::vector<std::string>& names) {
  if (names.empty()) return {};
  LPM_TRY_ASSIGN(const Scope scope, load_scope(session, members));
  UpdateOptions options;
  options.names = names;
  return check_names(scope, options);
}

Result<InstallResult> update(const Session& session, const UpdateOptions& options) {
  LPM_TRY_ASSIGN(const Scope scope, load_scope(session, options.install.members));
  LPM_TRY(check_names(scope, options));
  UpdateWish wish;
  wish.all = scope.is_whole && options.names.empty() && options.kinds.empty();
  if (!wish.all) wish.names = updated_names(scope, options);
  wish.documents = options.documents;
  if (options.goal != Goal::InRange) {
    LPM_TRY(find_moves(session, options, wish));
  } else if (options.save_ranges) {
    for (const Direct& direct : direct_dependencies(scope, options.kinds))
      if (options.names.empty() || is_named(options, direct.name))
        wish.raised.push_back({std::string(direct.importer), std::string(direct.name)});
  }
  InstallOptions install = options.install;
  install.update = std::move(wish);
  return install::install(session, install);
}

}  // namespace lpm::ops::update
