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

}  // namespace

Result<int> run_cache(CommandContext& context) {
  const std::string what = subcommand(context);
  if (what == "clean") {
    LPM_TRY(ops::clean_metadata_cache(context.session));
    Writer json = begin_document();
    print(
        context, json,
        "the metadata cache is empty; packages stay in the store (`lpm store clean` empties it)\n");
    return 0;
  }
  if (what == "path" || what == "status" || what.empty()) {
    LPM_TRY_ASSIGN(const ops::CacheState state, ops::cache_state(context.session));
    Writer json = begin_document();
    json.key("path")
        .value(state.directory)
        .key("files")
        .value(state.files)
        .key("bytes")
        .value(state.bytes);
    print(context, json,
          what == "path" ? state.directory + "\n"
                         : fmt::format("{}\n{}, {}\n", state.directory,
                                       count_of(state.files, "file"), human_bytes(state.bytes)));
    return 0;
  }
  return unknown_subcommand("cache", "path, status, clean");
}

Result<int> run_store(CommandContext& context) {
  const std::string what = subcommand(context);
  if (what == "path") {
    Writer json = begin_document();
    json.key("path").value(context.session.settings.store_directory());
    print(context, json, context.session.settings.store_directory() + "\n");
    return 0;
  }
  if (what == "verify") return verify(context);
  if (what == "gc" || what == "prune") return collect(context);
  if (what == "clean") {
    LPM_TRY(ops::clean_store(context.session));
    Writer json = begin_document();
    print(context, json, "the store is empty; the next install fetches what it needs\n");
    return 0;
  }
  return unknown_subcommand("store", "path, verify, gc, clean");
}

}  // namespace lpm::cli
