// The table of commands. A command that does not do its whole job is not in it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/terminal_reporter.h"
#include "ops/session.h"

namespace lpm::cli {

struct CommandContext {
  const CommandLine& line;
  const ops::Session& session;
  TerminalReporter& reporter;
  bool json = false;
};

// `lpm store gc`: what a command can do when that is several things.
struct Subcommand {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::string_view arguments;  // as Command's
  std::string_view summary;
  std::vector<std::string_view> flags = {};  // as Command's
  std::vector<std::string_view> also = {};
  bool takes_project_lock = false;  // although the command as a whole does not
};

inline constexpr std::size_t kAnyNumber = SIZE_MAX;

struct Command {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::string_view arguments;           // of the line `usage:`, "[PACKAGE...]"
  std::size_t most_arguments;           // kAnyNumber: no limit
  std::string_view summary;             // one line of `lpm help`
  bool takes_project_lock;              // as what changes the project does (contract A.1)
  HandsOn hands_on;                     // arguments for a child
  std::vector<std::string_view> flags;  // what help and completion show
  std::vector<std::string_view> also;   // keys of settings that are taken, too
  // The exit status, or the error to render.
  Result<int> (*run)(CommandContext&);
  std::vector<Subcommand> subcommands = {};  // the first is meant when none is named
  std::vector<Subcommand> global_form = {};  // with -g: none or one, named "-g"
};

std::span<const Command> command_table();
const Command* find_command(std::string_view name);

// One function per command, each in commands/<name>.cpp.
Result<int> run_install(CommandContext&);
Result<int> run_uninstall(CommandContext&);
Result<int> run_update(CommandContext&);
Result<int> run_dedupe(CommandContext&);
Result<int> run_outdated(CommandContext&);
Result<int> run_ci(CommandContext&);
Result<int> run_migrate(CommandContext&);
Result<int> run_export(CommandContext&);
Result<int> run_init(CommandContext&);
Result<int> run_global(CommandContext&);
Result<int> run_config(CommandContext&);
Result<int> run_cache(CommandContext&);
Result<int> run_store(CommandContext&);
Result<int> run_trust(CommandContext&);
Result<int> run_why(CommandContext&);
Result<int> run_list(CommandContext&);
Result<int> run_script_command(CommandContext&);
Result<int> run_exec(CommandContext&);
Result<int> run_doctor(CommandContext&);
Result<int> run_version(CommandContext&);
Result<int> run_bin(CommandContext&);
Result<int> run_root(CommandContext&);
Result<int> run_prefix(CommandContext&);
Result<int> run_pkg(CommandContext&);
Result<int> run_docs(CommandContext&);
Result<int> run_repo(CommandContext&);
Result<int> run_bugs(CommandContext&);
Result<int> run_fund(CommandContext&);
Result<int> run_view(CommandContext&);
Result<int> run_ping(CommandContext&);
Result<int> run_prune(CommandContext&);
Result<int> run_help(CommandContext&);
Result<int> run_completion(CommandContext&);

// What concerns no project: `lpm global`, and any command with -g.
bool is_global(const CommandLine& line);
// The command with -g. USAGE when it has no such form.
Result<int> run_global_form(const Command* command, CommandContext&);

// `lpm NAME`: a script of the project, else a command of node_modules/.bin. UNKNOWN_COMMAND
// otherwise.
Result<int> run_shorthand(CommandContext&);

}  // namespace lpm::cli
