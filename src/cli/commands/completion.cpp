// completion: scripts for bash, zsh and fish, from the table of commands and flags.
#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "base/text.h"
#include "cli/commands.h"

namespace lpm::cli {
namespace {

std::string words_of_commands() {
  std::string words;
  for (const Command& command : command_table())
    words.append(words.empty() ? "" : " ").append(command.name);
  return words;
}

std::string words_of_flags(const Command& command) {
  std::string words = "--help";
  for (const std::string_view flag : command.flags) words.append(" ").append(flag);
  return words;
}

std::string bash_script() {
  std::string text =
      "_lpm() {\n  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=\n";
  text += fmt::format("  if [ \"$COMP_CWORD\" -eq 1 ]; then words='{}'\n  else case $command in\n",
                      words_of_commands());
  for (const Command& command : command_table()) {
    std::string names(command.name);
    for (const std::string_view alias : command.aliases) names.append("|").append(alias);
    text += fmt::format("    {}) words='{}' ;;\n", names, words_of_flags(command));
  }
  text +=
      "  esac; fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\ncomplete -o default -F "
      "_lpm lpm\n";
  return text;
}

std::string zsh_script() {
  std::string text = "#compdef lpm\n_lpm() {\n  local -a commands\n  commands=(\n";
  for (const Command& command : command_table())
    text += fmt::format("    '{}:{}'\n", command.name,
                        replace_all(std::string(command.summary), "'", "'\\''"));
  text +=
      "  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case $words[2] "
      "in\n";
  for (const Command& command : command_table())
    text += fmt::format("    {}) compadd -- {} ;;\n", command.name, words_of_flags(command));
  text += "  esac\n  _files\n}\ncompdef _lpm lpm\n";
  return text;
}

std::string fish_script() {
  std::string text = "complete -c lpm -f\n";
  for (const Command& command : command_table()) {
    text += fmt::format("complete -c lpm -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                        replace_all(std::string(command.summary), "'", "\\'"));
    for (const std::string_view flag : command.flags) {
      const bool is_long = flag.starts_with("--");
      text += fmt::format("complete -c lpm -n '__fish_seen_subcommand_from {}' -{} {}\n",
                          command.name, is_long ? 'l' : 's', flag.substr(is_long ? 2 : 1));
    }
  }
  return text;
}

}  // namespace

Result<int> run_completion(CommandContext& context) {
  const std::string shell =
      context.line.positionals.empty() ? "" : context.line.positionals.front();
  std::string text;
  if (shell == "bash") text = bash_script();
  if (shell == "zsh") text = zsh_script();
  if (shell == "fish") text = fish_script();
  if (text.empty())
    return Error(ErrorCode::USAGE, "name a shell: bash, zsh or fish")
        .hint("for example `lpm completion bash > /etc/bash_completion.d/lpm`");
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
