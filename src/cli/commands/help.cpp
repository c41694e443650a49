// help: the list of commands, one screen per command (-h), or its whole page (--help, `lpm help
// NAME`).
#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/help_pages.h"
#include "formats/json.h"
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
      "\nlpm COMMAND -h shows the flags of a command, lpm help COMMAND its page; the flags of all "
      "are "
      "settings, too (lpm config list --all).\n";
  return text;
}

std::string usage(const Command& command) {
  std::string text = fmt::format("usage: lpm {}", command.name);
  for (std::size_t i = 0; i < command.subcommands.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? " [" : "|", command.subcommands[i].name);
  if (!command.subcommands.empty()) text += "]";
  if (!command.arguments.empty()) text += fmt::format(" {}", command.arguments);
  return text + "\n";
}

// `--omit KIND` as help shows it: a flag with a value is marked by `=`.
std::string shown_flag(std::string_view flag) {
  if (!takes_value(flag)) return std::string(flag);
  return fmt::format("{}{}", flag, flag.starts_with("--") ? "=VALUE" : " VALUE");
}

std::string flag_lines(const std::vector<std::string_view>& flags, std::string_view margin) {
  std::string text;
  for (const std::string_view flag : flags)
    text += fmt::format("{}{:<24} {}\n", margin, shown_flag(flag), flag_help(flag));
  return text;
}

std::string part_lines(const Subcommand& part) {
  const std::string name = part.arguments.empty() ? std::string(part.name)
                                                  : fmt::format("{} {}", part.name, part.arguments);
  return fmt::format("  {:<24} {}\n", name, part.summary) + flag_lines(part.flags, "    ");
}

std::string short_help(const Command& command) {
  std::string text = fmt::format("lpm {}: {}\n{}", command.name, command.summary, usage(command));
  if (!command.aliases.empty()) {
    std::vector<std::string> aliases(command.aliases.begin(), command.aliases.end());
    text += fmt::format("also: {}\n", join(aliases, ", "));
  }
  if (!command.subcommands.empty()) text += "\n";
  for (const Subcommand& part : command.subcommands) text += part_lines(part);
  if (!command.flags.empty()) text += "\n";
  text += flag_lines(command.flags, "  ");
  for (const Subcommand& part : command.global_form) text += "\n" + part_lines(part);
  text += fmt::format("\n`lpm help {}` shows examples and details.\n", command.name);
  return text;
}

void write_flags(formats::json::Writer& json, const std::vector<std::string_view>& flags) {
  json.key("flags").begin_array();
  for (const std::string_view flag : flags)
    json.begin_object()
        .key("flag")
        .value(flag)
        .key("setting")
        .value(key_of_flag(flag))
        .key("takes_value")
        .value(takes_value(flag))
        .key("help")
        .value(flag_help(flag))
        .end_object();
  json.end_array();
}

void write_part(formats::json::Writer& json, const Subcommand& part) {
  json.begin_object().key("name").value(part.name).key("summary").value(part.summary);
  json.key("takes_project_lock").value(part.takes_project_lock);
  write_flags(json, part.flags);
  json.end_object();
}

void write_command(formats::json::Writer& json, const Command& command) {
  json.begin_object().key("name").value(command.name).key("aliases").begin_array();
  for (const std::string_view alias : command.aliases) json.value(alias);
  json.end_array().key("summary").value(command.summary);
  json.key("takes_project_lock").value(command.takes_project_lock);
  write_flags(json, command.flags);
  json.key("subcommands").begin_array();
  for (const Subcommand& part : command.subcommands) write_part(json, part);
  json.end_array().key("global_form").begin_array();
  for (const Subcommand& part : command.global_form) write_part(json, part);
  json.end_array().end_object();
}

// `lpm help --json`: the table of commands, or one of them.
std::string help_document(const Command* only) {
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("commands").begin_array();
  for (const Command& command : command_table())
    if (only == nullptr || only == &command) write_command(json, command);
  json.end_array().end_object();
  return json.take();
}

const HelpPage* find_page(std::string_view name) {
  for (const HelpPage& page : help_pages())
    if (page.name == name) return &page;
  return nullptr;
}

}  // namespace

Result<int> run_help(CommandContext& context) {
  if (context.line.positionals.empty()) {
    std::fputs(context.json ? help_document(nullptr).c_str() : overview().c_str(), stdout);
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
  if (context.json) {
    std::fputs(help_document(command).c_str(), stdout);
    return 0;
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
