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

Result<int> verify(CommandContext& context) {
  const bool fix = context.session.settings.flag("fix");
  LPM_TRY_ASSIGN(const std::vector<ops::StoreProblem> problems,
                 ops::verify_store(context.session, fix));
  Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(problems.empty());
  json.key("fixed").value(fix).key("problems").begin_array();
  std::string text;
  for (const ops::StoreProblem& problem : problems) {
    json.begin_object().key("entry").value(problem.entry).key("path").value(problem.path);
    json.key("problem").value(problem.problem).end_object();
    text += fmt::format("{}{}{}: {}\n", problem.entry, problem.path.empty() ? "" : "/",
                        problem.path, problem.problem);
  }
  json.end_array();
  text += problems.empty() ? "the store is whole\n"
          : fix ? fmt::format("{} found; the entries were set aside and will be fetched again\n",
                              count_of(problems.size(), "problem"))
                : fmt::format("{} found; `lpm store verify --fix` sets the entries aside\n",
                              count_of(problems.size(), "problem"));
  print(context, json, text);
  return problems.empty() || fix ? 0 : 1;
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
