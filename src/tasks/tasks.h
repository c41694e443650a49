// tasks: scripts of a project as npm runs them: environment, PATH, arguments, pre and post scripts,
// lifecycle of the root. Must not know install phases. Blocking; one child at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "manifest/manifest.h"
#include "os/process.h"
#include "os/streamed_child.h"

namespace lpm::tasks {

struct ScriptContext {
  std::string project;            // folder with package.json
  std::string initial_directory;  // where the user called lpm: INIT_CWD
  const manifest::Manifest* manifest = nullptr;
  const config::Settings* settings = nullptr;
  std::string user_agent;          // npm_config_user_agent
  std::string executable;          // npm_execpath
  os::EnvironmentMap environment;  // of the caller
  std::string command = "run";     // npm_command: "run", "test", "install" ...
  // The last program of a run takes this process's place: no process waits, signals need no passing
  // on. Only for callers that have nothing left to do.
  bool may_replace_process = false;
  // Takes what the scripts write, and the commands that are shown, instead of the terminal.
  os::OnOutput on_output = {};
};

// What `npm run <name>` would run: the script, or npm's own for start (with a server.js), restart,
// env, and install (with a binding.gyp). Nothing when there is none.
std::optional<std::string> find_script(const ScriptContext& context, std::string_view name);

// npm's environment for a child of `event`: npm_package_*, npm_lifecycle_*, npm_config_*, INIT_CWD,
// PATH with every node_modules/.bin from the project up.
os::EnvironmentMap script_environment(const ScriptContext& context, std::string_view event,
                                      std::string_view script);

// Runs `<name>` with its pre and post scripts; `arguments` go to the main script only, quoted so
// that the shell hands them on unchanged. The result is the status of the first that fails.
// SCRIPT_NOT_FOUND, unless the setting if-present; ignore-scripts leaves pre and post out.
// `show_command` writes each command to stderr first.
Result<int> run_script(const ScriptContext& context, std::string_view name,
                       const std::vector<std::string>& arguments, bool show_command);
// Runs a command from node_modules/.bin (of the initial directory or above, and of the project) or
// PATH, in the initial directory. COMMAND_NOT_FOUND.
Result<int> run_command(const ScriptContext& context, const std::vector<std::string>& argv);

// One POSIX shell word.
std::string quote_for_shell(std::string_view argument);

}  // namespace lpm::tasks
