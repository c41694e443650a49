// help: the list of commands, one screen per command (-h), or its whole page (--help, `lpm help
// NAME`).
#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/help_pages.h"
#include "config/config.h"
#include "ops/version.h"

namespace lpm::cli {
namespace {

std::string overview() {
  std::string text = fmt::format(
      "lpm {}: packages for JavaScript\n\nusage: lpm COMMAND [flags]\n\n", ops::version());
  for (const Command& command : command_table()) {
    std::string names(command.name);
    if (!command.aliases.empty()) names += fmt::format(", {}", command.aliases.front());
    text += fmt::format("  {:<23}  {}\n", names, command.summary);
  }
  text +=
      "\n  lpm NAME                 run the script NAME, or the command NAME of "
      "node_modules/.bin\n";
  text +=
      "\nlpm help COMMAND shows the page of a command; every setting is also a flag (lpm config "
      "list --all).\n";
  return text;
}

std::string flag_help(std::string_view flag) {
  for (const FlagAlias& alias : flag_aliases())
    if (alias.flag == flag) return std::string(alias.help);
  std::string_view key = flag;
  key.remove_prefix(key.starts_with("--no-") ? 5 : 2);
  const config::SettingInfo* setting = config::find_setting(key);
  if (setting == nullptr) return "";
  return flag.starts_with("--no-") ? fmt::format("not: {}", setting->help)
                                   : std::string(setting->help);
}

std::string short_help(const Command& command) {
  std::string text = fmt::format("lpm {}: {}\n", command.name, command.summary);
  if (!command.aliases.empty()) {
    std::vector<std::string> aliases(command.aliases.begin(), command.aliases.end());
    text += fmt::format("also: {}\n", join(aliases, ", "));
  }
  if (!command.flags.empty()) text += "\n";
  for (const std::string_view flag : command.flags)
    text += fmt::format("  {:<20} {}\n", flag, flag_help(flag));
  text += fmt::format("\n`lpm help {}` shows examples and details.\n", command.name);
  return text;
}

const HelpPage* find_page(std::string_view name) {
  for (const HelpPage& page : help_pages())
    if (page.name == name) return &page;
  return nullptr;
}

}  // namespace

Result<int> run_help(CommandContext& context) {
  if (context.line.positionals.empty()) {
    std::fputs(overview().c_str(), stdout);
    return 0;
  }
  const std::string& name = context.line.positionals.front();
  const Command* command = find_command(name);
  if (command == nullptr) {
    std::vector<std::string> names;
    for (const Command& known : command_table()) names.emplace_back(known.name);
    Error error(ErrorCode::UNKNOWN_COMMAND, fmt::format("no command `{}`", name));
    if (const auto near = nearest_name(name, names))
      error.hints.push_back(fmt::format("did you mean `lpm help {}`?", *near));
    error.hints.push_back("`lpm help` lists the commands");
    return error;
  }
  const HelpPage* page = find_page(command->name);
  const bool is_short = context.line.help && !context.line.long_help;
  if (is_short || page == nullptr)
    std::fputs(short_help(*command).c_str(), stdout);
  else
    std::fwrite(page->text.data(), 1, page->text.size(), stdout);
  return 0;
}

}  // namespace lpm::cli
