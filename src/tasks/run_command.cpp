#include <fmt/format.h>

#include "base/text.h"
#include "os/files.h"
#include "tasks/tasks.h"

namespace lpm::tasks {
namespace {

// npm's name for a command that is no script.
constexpr std::string_view kEvent = "npx";

std::string* find_variable(os::EnvironmentMap& environment, std::string_view name) {
  for (auto& [key, value] : environment) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string words_for_shell(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) {
    if (!line.empty()) line += ' ';
    line += quote_for_shell(word);
  }
  return line;
}

Error not_found(const std::string& command) {
  return Error(ErrorCode::COMMAND_NOT_FOUND, fmt::format("no command `{}`", command))
      .fact("looked in", "node_modules/.bin and PATH");
}

}  // namespace

Result<int> run_command(const ScriptContext& context, const std::vector<std::string>& argv) {
  if (argv.empty()) return Error(ErrorCode::USAGE, "no command to run");
  // Commands run where the user is, and see the tools of that folder before the project's.
  ScriptContext here = context;
  if (here.command == "run") here.command = "exec";
  if (!context.initial_directory.empty()) here.project = context.initial_directory;
  os::ChildOptions child;
  child.argv = argv;
  child.directory = here.project;
  child.environment = script_environment(here, kEvent, words_for_shell(argv));
  if (std::string* prefix = find_variable(child.environment, "npm_config_local_prefix"))
    *prefix = context.project;
  if (argv[0].find('/') == std::string::npos) {
    std::string* path = find_variable(child.environment, "PATH");
    if (here.project != context.project) *path = context.project + "/node_modules/.bin:" + *path;
    if (!os::find_executable(argv[0], *path)) return not_found(argv[0]);
  } else if (!os::exists(argv[0].starts_with('/') ? argv[0] : here.project + "/" + argv[0])) {
    return not_found(argv[0]);
  }
  if (context.may_replace_process) return os::exec_child(child);
  LPM_TRY_ASSIGN(const os::ChildResult result, os::run_child(child));
  return result.status;
}

}  // namespace lpm::tasks
