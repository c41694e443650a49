#include "cli/commands.h"

#include <algorithm>

namespace lpm::cli {
namespace {

constexpr bool kChangesProject = true;
constexpr bool kReadsOnly = false;

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"install",
       {"i", "add", "in"},
       "install what package.json asks for, or add packages",
       kChangesProject,
       HandsOn::Nothing,
       {"-D",
        "-O",
        "-P",
        "-E",
        "--tilde",
        "--save-prefix",
        "--no-save",
        "--prod",
        "--omit",
        "--frozen-lockfile",
        "--lockfile-only",
        "--offline",
        "--prefer-offline",
        "--force",
        "--ignore-scripts",
        "--dry-run",
        "--timing",
        "-g",
        "--replace-bin",
        "--keep-bin",
        "--json"},
       run_install},
      {"uninstall",
       {"un", "rm", "remove", "r", "unlink"},
       "remove packages",
       kChangesProject,
       HandsOn::Nothing,
       {"--no-save", "--dry-run", "-g", "--json"},
       run_uninstall},
      {"update",
       {"up", "upgrade"},
       "bring global packages to the newest versions asked for (-g)",
       kReadsOnly,
       HandsOn::Nothing,
       {"-g", "--replace-bin", "--keep-bin", "--force", "--dry-run", "--json"},
       run_update},
      {"ci",
       {"clean-install"},
       "install exactly what lpm.lock says, from scratch",
       kChangesProject,
       HandsOn::Nothing,
       {"--prod", "--omit", "--offline", "--prefer-offline", "--ignore-scripts", "--timing",
        "--json"},
       run_ci},
      {"init",
       {},
       "write a package.json",
       kChangesProject,
       HandsOn::Nothing,
       {"-y", "--json"},
       run_init},
      {"run",
       {"run-script"},
       "run a script of package.json",
       kReadsOnly,
       HandsOn::AfterFirst,
       {"--if-present", "--silent"},
       run_script_command},
      {"exec",
       {},
       "run a command of node_modules/.bin",
       kReadsOnly,
       HandsOn::AfterFirst,
       {"--silent"},
       run_exec},
      {"why",
       {"explain"},
       "show what needs a package",
       kReadsOnly,
       HandsOn::Nothing,
       {"--json"},
       run_why},
      {"list",
       {"ls", "graph"},
       "show the dependency tree",
       kReadsOnly,
       HandsOn::Nothing,
       {"--depth", "--prod", "--omit", "--json"},
       run_list},
      {"global",
       {},
       "show global packages and where they are",
       kReadsOnly,
       HandsOn::Nothing,
       {"--json"},
       run_global},
      {"config",
       {"c"},
       "show and change settings",
       kReadsOnly,
       HandsOn::Nothing,
       {"--location", "--json"},
       run_config},
      {"cache",
       {},
       "show and clean the metadata cache",
       kReadsOnly,
       HandsOn::Nothing,
       {"--json"},
       run_cache},
      {"store",
       {},
       "show, verify and clean the package store",
       kReadsOnly,
       HandsOn::Nothing,
       {"--fix", "--dry-run", "--json"},
       run_store},
      {"version",
       {},
       "show versions, or bump the project's",
       kChangesProject,
       HandsOn::Nothing,
       {"--no-git-tag-version", "-m", "--json"},
       run_version},
      {"help", {}, "show help", kReadsOnly, HandsOn::Nothing, {}, run_help},
      {"completion",
       {"completions"},
       "print a completion script for a shell",
       kReadsOnly,
       HandsOn::Nothing,
       {},
       run_completion},
  };
  return table;
}

}  // namespace

std::span<const Command> command_table() {
  return commands();
}

const Command* find_command(std::string_view name) {
  for (const Command& command : commands())
    if (command.name == name ||
        std::find(command.aliases.begin(), command.aliases.end(), name) != command.aliases.end())
      return &command;
  return nullptr;
}

}  // namespace lpm::cli
