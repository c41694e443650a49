// run, exec, and `lpm NAME`.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/spellings.h"
#include "formats/json.h"
#include "ops/run_members.h"
#include "ops/scripts.h"

namespace lpm::cli {
namespace {

int list_scripts(const CommandContext& context, const manifest::Manifest& manifest) {
  if (context.json) {
    formats::json::Writer json;
    json.begin_object().key("schema_version").value(1).key("scripts").begin_object();
    for (const auto& [name, body] : manifest.scripts) json.key(name).value(body);
    json.end_object().end_object();
    std::fputs(json.take().c_str(), stdout);
    return 0;
  }
  if (manifest.scripts.empty()) std::puts("package.json has no scripts");
  for (const auto& [name, body] : manifest.scripts)
    std::printf("%s\n  %s\n", name.c_str(), body.c_str());
  return 0;
}

Result<int> run_in_members(const CommandContext& context, const ops::MemberChoice& members) {
  const config::Settings& settings = context.session.settings;
  ops::MemberRunOptions options;
  options.script = context.line.positionals.front();
  options.arguments = context.line.rest;
  options.if_present = settings.flag("if-present");
  options.bail = settings.flag("bail");
  options.concurrency =
      static_cast<std::size_t>(std::max<std::int64_t>(settings.number("workspace-concurrency"), 1));
  return ops::run_in_members(context.session, members, options);
}

// Scripts that are commands in npm.
bool is_script_of_npm(std::string_view name) {
  return name == "test" || name == "start" || name == "stop" || name == "restart";
}

}  // namespace

Result<int> run_script_command(CommandContext& context) {
  if (context.line.positionals.empty()) {
    LPM_TRY_ASSIGN(const manifest::Manifest manifest, ops::read_project_manifest(context.session));
    return list_scripts(context, manifest);
  }
  const ops::MemberChoice members = ops::member_choice(context.session.settings);
  if (members.is_made()) return run_in_members(context, members);
  return ops::run_script(context.session, context.line.positionals.front(), context.line.rest,
                         context.session.settings.flag("if-present"));
}

Result<int> run_exec(CommandContext& context) {
  if (context.line.positionals.empty())
    return Error(ErrorCode::USAGE, "name the command to run")
        .hint("for example `lpm exec tsc --version`");
  std::vector<std::string> argv = {context.line.positionals.front()};
  argv.insert(argv.end(), context.line.rest.begin(), context.line.rest.end());
  return ops::run_command(context.session, argv);
}

Result<int> run_shorthand(CommandContext& context) {
  const std::string& name = context.line.command;
  const Result<manifest::Manifest> manifest = ops::read_project_manifest(context.session);
  if (manifest && ops::has_script(*manifest, name))
    return ops::run_script(context.session, name, context.line.rest, /*if_present=*/false);
  if (ops::has_local_command(context.session, name)) {
    std::vector<std::string> argv = {name};
    argv.insert(argv.end(), context.line.rest.begin(), context.line.rest.end());
    return ops::run_command(context.session, argv);
  }
  if (is_script_of_npm(name))
    return ops::run_script(context.session, name, context.line.rest, /*if_present=*/false);
  if (std::optional<Error> error = command_of_another_tool(name)) return std::move(*error);
  std::vector<std::string> names;
  for (const Command& command : command_table()) {
    names.emplace_back(command.name);
    for (const std::string_view alias : command.aliases)
      if (alias.size() > 2) names.emplace_back(alias);
  }
  if (manifest)
    for (const auto& [script, body] : manifest->scripts) names.push_back(script);
  Error error(ErrorCode::UNKNOWN_COMMAND, fmt::format("no command, script or binary `{}`", name));
  if (const auto near = nearest_name(name, names))
    error.hints.push_back(fmt::format("did you mean `lpm {}`?", *near));
  error.hints.push_back("`lpm help` lists the commands, `lpm run` the scripts");
  return error;
}

}  // namespace lpm::cli
