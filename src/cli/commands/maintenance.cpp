// cache and store.
#include "ops/maintenance.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

using formats::json::Writer;

std::string subcommand(const CommandContext& context) {
  return context.line.positionals.empty() ? "" : context.line.positionals.front();
}

Writer begin_document() {
  Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  return json;
}

void print(const CommandContext& context, Writer& document, const std::string& text) {
  std::fputs(context.json ? document.end_object().take().c_str() : text.c_str(), stdout);
}

std::string problem_lines(const ops::StoreVerification& found) {
  std::string text;
  for (const ops::StoreProblem& problem : found.problems)
    text += fmt::format("{}{}{}: {}\n", problem.entry, problem.path.empty() ? "" : "/",
                        problem.path, problem.problem);
  for (const ops::AffectedProject& project : found.affected)
    text += fmt::format("used by {}: {}\n", project.path, join(project.packages, ", "));
  return text;
}

std::string verdict(const ops::StoreVerification& found, bool fix) {
  if (found.problems.empty()) return "the store is whole\n";
  std::string text = fmt::format(
      "{} found; {}\n", count_of(found.problems.size(), "problem"),
      fix ? "the entries were set aside, and the next install that needs them fetches them again"
          : "`lpm store verify --fix` sets the entries aside");
  if (!found.affected.empty())
    text += "node_modules may share the damage: after `--fix`, `lpm install --force` mends it\n";
  return text;
}

std::string verify_document(const ops::StoreVerification& found, bool fix) {
  Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(found.problems.empty());
  json.key("fixed").value(fix).key("problems").begin_array();
  for (const ops::StoreProblem& problem : found.problems) {
    json.begin_object().key("entry").value(problem.entry).key("path").value(problem.path);
    json.key("problem").value(problem.problem).end_object();
  }
  json.end_array().key("affected").begin_array();
  for (const ops::AffectedProject& project : found.affected) {
    json.begin_object().key("project").value(project.path).key("packages").begin_array();
    for (const std::string& package : project.packages) json.value(package);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take();
}

Result<int> verify(CommandContext& context) {
  const bool fix = context.session.settings.flag("fix");
  LPM_TRY_ASSIGN(const ops::StoreVerification found, ops::verify_store(context.session, fix));
  const std::string text =
      context.json ? verify_document(found, fix) : problem_lines(found) + verdict(found, fix);
  std::fputs(text.c_str(), stdout);
  return found.problems.empty() || fix ? 0 : 1;
}

Result<int> collect(CommandContext& context) {
  const bool dry_run = context.session.settings.flag("dry-run");
  LPM_TRY_ASSIGN(const ops::StoreCollection collected,
                 ops::collect_store(context.session, dry_run));
  Writer json = begin_document();
  json.key("dry_run")
      .value(dry_run)
      .key("entries")
      .value(collected.entries)
      .key("bytes")
      .value(collected.bytes);
  json.key("kept").value(collected.kept);
  std::string text;
  for (const std::string& project : collected.unreadable_projects)
    context.reporter.warning(
        fmt::format("`{}` cannot be read; everything is kept for it", project));
  text += fmt::format("{} {} ({}), kept {}\n", dry_run ? "would remove" : "removed",
                      count_of(collected.entries, "package"), human_bytes(collected.bytes),
                      collected.kept);
  print(context, json, text);
  return 0;
}

Error unknown_subcommand(std::string_view command, std::string_view known) {
  return Error(ErrorCode::USAGE, fmt::format("`lpm {}` needs one of: {}", command, known))
      .hint(fmt::format("`lpm help {}` explains them", command));
}

void print_folder(const CommandContext& context, const std::string& folder) {
  Writer json = begin_document();
  json.key("path").value(folder);
  print(context, json, folder + "\n");
}

// `noun` is what is counted: "file", "package".
void print_contents(const CommandContext& context, const std::string& folder, std::string_view noun,
                    std::uint64_t count, std::uint64_t bytes) {
  Writer json = begin_document();
  json.key("path").value(folder).key(fmt::format("{}s", noun)).value(count);
  json.key("bytes").value(bytes);
  print(context, json,
        fmt::format("{}\n{}, {}\n", folder, count_of(count, noun), human_bytes(bytes)));
}

void print_cleaned(const CommandContext& context, bool dry_run, std::string_view noun,
                   std::uint64_t count, std::uint64_t bytes, std::string_view next) {
  Writer json = begin_document();
  json.key("dry_run").value(dry_run).key(fmt::format("{}s", noun)).value(count);
  json.key("bytes").value(bytes);
  print(context, json,
        fmt::format("{} {} ({}); {}\n", dry_run ? "would remove" : "removed", count_of(count, noun),
                    human_bytes(bytes), next));
}

}  // namespace

Result<int> run_cache(CommandContext& context) {
  const std::string what = subcommand(context);
  const std::string folder = context.session.settings.cache_directory();
  if (what == "clean") {
    const bool dry_run = context.session.settings.flag("dry-run");
    LPM_TRY_ASSIGN(const ops::CacheState held, ops::clean_metadata_cache(context.session, dry_run));
    print_cleaned(context, dry_run, "file", held.files, held.bytes,
                  "packages stay in the store (`lpm store clean` empties it)");
    return 0;
  }
  if (what == "path") {
    print_folder(context, folder);
    return 0;
  }
  if (what == "status" || what.empty()) {
    LPM_TRY_ASSIGN(const ops::CacheState state, ops::cache_state(context.session));
    print_contents(context, state.directory, "file", state.files, state.bytes);
    return 0;
  }
  return unknown_subcommand("cache", "status, path, clean");
}

Result<int> run_store(CommandContext& context) {
  const std::string what = subcommand(context);
  const std::string folder = context.session.settings.store_directory();
  if (what == "status" || what.empty()) {
    LPM_TRY_ASSIGN(const ops::StoreState state, ops::store_state(context.session));
    print_contents(context, folder, "package", state.entries, state.bytes);
    return 0;
  }
  if (what == "path") {
    print_folder(context, folder);
    return 0;
  }
  if (what == "verify") return verify(context);
  if (what == "gc" || what == "prune") return collect(context);
  if (what == "clean") {
    const bool dry_run = context.session.settings.flag("dry-run");
    LPM_TRY_ASSIGN(const ops::StoreState held, ops::clean_store(context.session, dry_run));
    print_cleaned(context, dry_run, "package", held.entries, held.bytes,
                  "an install fetches again what it needs");
    return 0;
  }
  return unknown_subcommand("store", "status, path, verify, gc, clean");
}

}  // namespace lpm::cli
