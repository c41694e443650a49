// completion: scripts for bash, zsh and fish, from the table of commands and flags.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/flags.h"

namespace lpm::cli {
namespace {

std::string joined(const std::vector<std::string_view>& words, std::string_view separator) {
  std::string text;
  for (const std::string_view word : words) text.append(text.empty() ? "" : separator).append(word);
  return text;
}

std::string words_of_commands() {
  std::vector<std::string_view> words;
  for (const Command& command : command_table()) words.push_back(command.name);
  return joined(words, " ");
}

std::vector<std::string_view> names_of(const Command& command) {
  std::vector<std::string_view> names = {command.name};
  names.insert(names.end(), command.aliases.begin(), command.aliases.end());
  return names;
}

std::vector<std::string_view> flags_of(const Command& command) {
  std::vector<std::string_view> flags = command.flags;
  const auto add = [&flags](const std::vector<std::string_view>& more) {
    for (const std::string_view flag : more)
      if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.push_back(flag);
  };
  for (const Subcommand& part : command.subcommands) add(part.flags);
  for (const Subcommand& part : command.global_form) add(part.flags);
  add(common_flags());
  return flags;
}

// What may follow a command's name: its parts, names of commands for `help`, shells.
std::vector<std::string_view> nouns_of(const Command& command) {
  std::vector<std::string_view> nouns;
  for (const Subcommand& part : command.subcommands) nouns.push_back(part.name);
  if (command.name == "completion") nouns = {"bash", "zsh", "fish"};
  if (command.name == "help")
    for (const Command& other : command_table()) nouns.push_back(other.name);
  return nouns;
}

std::string words_of(const Command& command) {
  std::vector<std::string_view> words = nouns_of(command);
  for (const std::string_view flag : flags_of(command)) words.push_back(flag);
  return joined(words, " ");
}

std::string bash_script() {
  std::string text =
      "_lpm() {\n  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=\n";
  text += fmt::format("  if [ \"$COMP_CWORD\" -eq 1 ]; then words='{}'\n  else case $command in\n",
                      words_of_commands());
  for (const Command& command : command_table())
    text +=
        fmt::format("    {}) words='{}' ;;\n", joined(names_of(command), "|"), words_of(command));
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
    text += fmt::format("    {}) compadd -- {} ;;\n", joined(names_of(command), "|"),
                        words_of(command));
  text += "  esac\n  _files\n}\ncompdef _lpm lpm\n";
  return text;
}

std::string fish_quoted(std::string_view text) {
  return fmt::format("'{}'", replace_all(std::string(text), "'", "\\'"));
}

std::string fish_script() {
  std::string text = "complete -c lpm -f\n";
  for (const Command& command : command_table()) {
    text += fmt::format("complete -c lpm -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_quoted(command.summary));
    const std::string seen = fmt::format("complete -c lpm -n '__fish_seen_subcommand_from {}'",
                                         joined(names_of(command), " "));
    if (const auto nouns = nouns_of(command); !nouns.empty())
      text += fmt::format("{} -a {}\n", seen, fish_quoted(joined(nouns, " ")));
    for (const std::string_view flag : flags_of(command)) {
      const bool is_long = flag.starts_with("--");
      text += fmt::format("{} -{} {}", seen, is_long ? 'l' : 's', flag.substr(is_long ? 2 : 1));
      if (takes_value(flag)) text += " -r";
      if (const std::string help = flag_help(flag); !help.empty())
        text += fmt::format(" -d {}", fish_quoted(help));
      text += "\n";
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
