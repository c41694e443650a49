// Flags: which setting each stands for, what help says of it, and which ones a command takes.
//
// Every setting is a flag, but not of every command: a flag that changes nothing is refused, since
// its author expected something. Commands that start a child take them all; it sees them in its
// environment.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/commands.h"

namespace lpm::cli {

// A flag that stands for a setting's value: `-D` is save-dev=true.
struct FlagAlias {
  std::string_view flag;  // with dashes
  std::string_view key;
  std::string_view value;  // "" when the flag takes one
  std::string_view help;
};
const std::vector<FlagAlias>& flag_aliases();
const FlagAlias* find_flag_alias(std::string_view flag);

// The setting behind a flag as it is written in the table of commands; "" when there is none.
std::string_view key_of_flag(std::string_view flag);
// One line for `lpm COMMAND -h`.
std::string flag_help(std::string_view flag);
// Whether the flag needs a value: `--omit`, not `--prod`.
bool takes_value(std::string_view flag);

// npm's keys that ask for what lpm does anyway, or for less of what it never does; flags of these
// names are taken and forgotten.
bool is_harmless_key(std::string_view key);

// UNKNOWN_FLAG for a flag that the command does not take.
Status check_flags(const CommandLine& line, const Command& command);
// Flags that every command takes; for completion.
const std::vector<std::string_view>& common_flags();

// The error for a flag that is none, with the nearest name.
Error unknown_flag(std::string_view flag);

}  // namespace lpm::cli
