// outdated: what the registry has newer.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/commands/install.h"
#include "formats/json.h"
#include "ops/update/candidates.h"
#include "ops/update/update.h"

namespace lpm::cli {
namespace {

using manifest::DependencyKind;
using ops::update::Candidate;

// As npm sees it: neither as new as its range allows, nor its range as new as what is published.
bool is_outdated(const Candidate& candidate) {
  return candidate.current.empty() || candidate.current != candidate.wanted ||
         candidate.wanted != candidate.latest;
}

std::string or_none(const std::string& version) {
  return version.empty() ? "none" : version;
}

std::string dependent_of(const Candidate& candidate) {
  if (!candidate.dependent.empty()) return candidate.dependent;
  return candidate.importer == "." ? "project" : candidate.importer;
}

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const std::vector<Candidate>& list, bool tells_dependents, bool is_long) {
  Rows rows = {{"package", "current", "wanted", "latest", "kind"}};
  if (is_long) rows.front().emplace_back("range");
  if (tells_dependents) rows.front().emplace_back("needed by");
  for (const Candidate& candidate : list) {
    std::vector<std::string> row = {candidate.name, or_none(candidate.current),
                                    or_none(candidate.wanted), or_none(candidate.latest),
                                    std::string(manifest::field_of(candidate.kind))};
    if (is_long) row.push_back(candidate.spec);
    if (tells_dependents) row.push_back(dependent_of(candidate));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string aligned(const Rows& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : fmt::format("{:<{}}  ", row[i], widths[i]);
    text += line + "\n";
  }
  return text;
}

std::string document_of(const std::vector<Candidate>& list,
                        const std::vector<std::string>& warnings) {
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  json.key("outdated").begin_array();
  for (const Candidate& candidate : list) {
    json.begin_object().key("name").value(candidate.name);
    if (candidate.package != candidate.name) json.key("package").value(candidate.package);
    const auto version = [&](std::string_view key, const std::string& text) {
      json.key(key);
      text.empty() ? json.null() : json.value(text);
    };
    version("current", candidate.current);
    version("wanted", candidate.wanted);
    version("latest", candidate.latest);
    json.key("spec").value(candidate.spec).key("kind").value(manifest::field_of(candidate.kind));
    if (!candidate.importer.empty() && candidate.importer != ".")
      json.key("importer").value(candidate.importer);
    if (!candidate.dependent.empty()) json.key("dependent").value(candidate.dependent);
    json.end_object();
  }
  json.end_array().key("warnings").begin_array();
  for (const std::string& warning : warnings) json.value(warning);
  json.end_array().end_object();
  return json.take();
}

std::vector<DependencyKind> shown_kinds(const CommandContext& context) {
  const std::vector<std::string> omitted = context.session.settings.list("omit");
  const auto is_omitted = [&](std::string_view kind) {
    return std::find(omitted.begin(), omitted.end(), kind) != omitted.end();
  };
  std::vector<DependencyKind> kinds = named_kinds(context);
  if (omitted.empty()) return kinds;
  if (kinds.empty())
    kinds = {DependencyKind::Production, DependencyKind::Development, DependencyKind::Optional,
             DependencyKind::Peer};
  std::erase_if(kinds, [&](DependencyKind kind) {
    return (kind == DependencyKind::Development && is_omitted("dev")) ||
           (kind == DependencyKind::Optional && is_omitted("optional")) ||
           (kind == DependencyKind::Peer && is_omitted("peer"));
  });
  return kinds;
}

Result<int> answer(CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  ops::update::CandidateOptions options;
  options.names = context.line.positionals;
  options.kinds = shown_kinds(context);
  options.transitive = settings.flag("all") || !options.names.empty();
  options.members = ops::member_choice(settings);
  LPM_TRY(ops::update::require_known(context.session, options.members, options.names));
  LPM_TRY_ASSIGN(ops::update::Candidates found,
                 ops::update::find_candidates(context.session, options));
  for (const std::string& name : found.unknown)
    context.reporter.warning(fmt::format("the registry does not know `{}`", name));
  context.reporter.clear_live_line();
  std::vector<Candidate> list;
  std::copy_if(found.list.begin(), found.list.end(), std::back_inserter(list), is_outdated);
  const bool is_long = settings.flag("long");
  const bool tells_dependents = options.transitive || is_long || options.members.is_made();
  if (context.json)
    std::fputs(document_of(list, context.reporter.warnings()).c_str(), stdout);
  else if (list.empty())
    context.reporter.note("everything is at its newest version");
  else
    std::fputs(aligned(rows_of(list, tells_dependents, is_long)).c_str(), stdout);
  return list.empty() ? 0 : 1;
}

}  // namespace

// 1 says that something is outdated, so an error has to be something else.
Result<int> run_outdated(CommandContext& context) {
  constexpr int kNoAnswer = 2;
  Result<int> status = answer(context);
  if (status || status.error().code == ErrorCode::INTERRUPTED) return status;
  Error error = std::move(status).error();
  error.exit_status = kNoAnswer;
  return error;
}

}  // namespace lpm::cli
