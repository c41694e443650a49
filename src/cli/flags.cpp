#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::cli {
namespace {

using config::SettingInfo;
using config::SettingType;
using config::SettingValue;

constexpr auto kCommonKeys = std::to_array<std::string_view>(
    {"color", "globalconfig", "loglevel", "lpm-home", "progress", "registry", "userconfig", "yes"});

constexpr auto kHarmlessKeys = std::to_array<std::string_view>(
    {"always-auth", "audit", "audit-level", "foreground-scripts", "format-package-lock", "fund",
     "heading", "logs-dir", "logs-max", "unicode", "unsafe-perm", "update-notifier", "viewer"});

// npm's one-letter flags that mean something which lpm does not do.
constexpr auto kLettersOfNpm = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"-B", "--save-bundle"}, {"-c", "--call"}, {"-g", "--global"}, {"-p", "--parseable"}});

template <class Range>
bool holds(const Range& range, std::string_view word) {
  return std::find(std::begin(range), std::end(range), word) != std::end(range);
}

bool is_common(std::string_view key) {
  return holds(kCommonKeys, key) || key.ends_with(":registry");
}

void add_keys(std::vector<std::string_view>& keys, const std::vector<std::string_view>& flags,
              const std::vector<std::string_view>& also) {
  for (const std::string_view flag : flags) keys.push_back(key_of_flag(flag));
  keys.insert(keys.end(), also.begin(), also.end());
}

// The part of the command that the line means: its -g form, or the subcommand. Null: the command
// itself, or a word that it will refuse.
const Subcommand* meant_part(const Command& command, const CommandLine& line) {
  if (is_global(line) && !command.global_form.empty()) return &command.global_form.front();
  if (command.subcommands.empty()) return nullptr;
  if (line.positionals.empty()) return &command.subcommands.front();
  for (const Subcommand& part : command.subcommands)
    if (part.name == line.positionals.front() || holds(part.aliases, line.positionals.front()))
      return &part;
  return nullptr;
}

Error not_taken(const SettingValue& setting, const Command& command, const Subcommand* part) {
  std::string name = fmt::format("lpm {}", command.name);
  if (part != nullptr) name += fmt::format(" {}", part->name);
  return Error(ErrorCode::UNKNOWN_FLAG, fmt::format("`{}` does not take `{}`", name, setting.where))
      .hint(fmt::format("`lpm {} -h` shows what it takes", command.name));
}

}  // namespace

const std::vector<FlagAlias>& flag_aliases() {
  static const std::vector<FlagAlias> aliases = {
      {"-D", "save-dev", "true", "save to devDependencies"},
      {"--dev", "save-dev", "true", "save to devDependencies"},
      {"-O", "save-optional", "true", "save to optionalDependencies"},
      {"-P", "save-prod", "true", "save to dependencies"},
      {"-S", "save", "true", "save (the default)"},
      {"-E", "save-exact", "true", "save the exact version"},
      {"--exact", "save-exact", "true", "save the exact version"},
      {"--tilde", "save-prefix", "~", "save `~` ranges"},
      {"--prod", "omit", "dev", "leave devDependencies out"},
      {"--production", "omit", "dev", "leave devDependencies out"},
      {"--no-optional", "omit", "optional", "leave optionalDependencies out"},
      {"--optional", "include", "optional", "install optionalDependencies although omitted"},
      {"--no-browser", "browser", "false", "print the address only"},
      {"-g", "global", "true", "work on global packages"},
      {"-i", "interactive", "true", "choose from a list"},
      {"-f", "force", "true", "check everything anew"},
      {"-s", "loglevel", "silent", "print nothing but errors"},
      {"--silent", "loglevel", "silent", "print nothing but errors"},
      {"--quiet", "loglevel", "silent", "print nothing but errors"},
      {"-q", "loglevel", "warn", "print warnings and errors only"},
      {"--verbose", "loglevel", "verbose", "print details"},
      {"-d", "loglevel", "info", "print details"},
      {"-dd", "loglevel", "verbose", "print details"},
      {"-ddd", "loglevel", "silly", "print details"},
      {"-y", "yes", "true", "answer yes to questions"},
      {"-n", "yes", "false", "do not answer yes to questions"},
      {"-a", "all", "true", "everything, not only what is usual"},
      {"-l", "long", "true", "everything, not only what is usual"},
      {"-L", "location", "", "which .npmrc `config` writes"},
      {"-m", "message", "", "commit message; %s is the version"},
      {"-F", "filter", "", "members of the workspace that are meant"},
      {"-r", "recursive", "true", "in all members of the workspace"},
      {"-w", "workspace-root", "true", "the root of the workspace"},
      {"-ws", "workspaces", "true", "in all members of the workspace"},
      {"-iwr", "include-workspace-root", "true", "the root, too, where members are meant"},
  };
  return aliases;
}

const FlagAlias* find_flag_alias(std::string_view flag) {
  for (const FlagAlias& alias : flag_aliases())
    if (alias.flag == flag) return &alias;
  return nullptr;
}

std::string_view key_of_flag(std::string_view flag) {
  if (const FlagAlias* alias = find_flag_alias(flag)) return alias->key;
  for (const std::string_view start : {"--no-", "--"}) {
    if (!flag.starts_with(start)) continue;
    if (const SettingInfo* setting = config::find_setting(flag.substr(start.size())))
      return setting->key;
  }
  return "";
}

std::string flag_help(std::string_view flag) {
  if (const FlagAlias* alias = find_flag_alias(flag)) return std::string(alias->help);
  const SettingInfo* setting = config::find_setting(key_of_flag(flag));
  if (setting == nullptr) return "";
  return flag.starts_with("--no-") ? fmt::format("do not {}", setting->help)
                                   : std::string(setting->help);
}

bool takes_value(std::string_view flag) {
  if (const FlagAlias* alias = find_flag_alias(flag)) return alias->value.empty();
  const SettingInfo* setting = config::find_setting(key_of_flag(flag));
  return setting != nullptr && setting->type != SettingType::Boolean;
}

bool is_harmless_key(std::string_view key) {
  return holds(kHarmlessKeys, key);
}

Status check_flags(const CommandLine& line, const Command& command) {
  if (command.hands_on != HandsOn::Nothing) return {};
  const Subcommand* part = meant_part(command, line);
  if (!command.subcommands.empty() && part == nullptr) return {};
  std::vector<std::string_view> keys;
  // The form for global packages shares nothing with the one for a project.
  const bool is_other_form = part != nullptr && command.subcommands.empty();
  if (!is_other_form) add_keys(keys, command.flags, command.also);
  if (part != nullptr) add_keys(keys, part->flags, part->also);
  for (const SettingValue& setting : line.settings)
    if (!is_common(setting.key) && !holds(keys, setting.key))
      return not_taken(setting, command, part);
  return {};
}

const std::vector<std::string_view>& common_flags() {
  static const std::vector<std::string_view> flags = {"--help", "--silent", "--verbose",
                                                      "--registry", "-C"};
  return flags;
}

Error unknown_flag(std::string_view flag) {
  for (const auto& [letter, name] : kLettersOfNpm)
    if (flag == letter)
      return Error(ErrorCode::UNKNOWN_FLAG,
                   fmt::format("lpm does not do what npm's `{}` (`{}`) asks", flag, name))
          .hint("`lpm COMMAND -h` shows what a command takes");
  std::string_view key = flag;
  key.remove_prefix(key.starts_with("--no-") ? 5 : key.starts_with("--") ? 2 : 0);
  if (const std::string_view tools = config::tools_with_key(key); !tools.empty())
    return Error(ErrorCode::UNKNOWN_FLAG,
                 fmt::format("lpm does not do what `{}` of {} asks", flag, tools))
        .hint("`lpm COMMAND -h` shows what a command takes");
  std::vector<std::string> names = {"--help", "--version", "--dir"};
  for (const FlagAlias& alias : flag_aliases())
    if (alias.flag.starts_with("--")) names.emplace_back(alias.flag);
  for (const SettingInfo& setting : config::setting_table())
    names.push_back(fmt::format("--{}", setting.key));
  Error error(ErrorCode::UNKNOWN_FLAG, fmt::format("unknown flag `{}`", flag));
  if (const std::optional<std::string> near = nearest_name(flag, names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

}  // namespace lpm::cli
