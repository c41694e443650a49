// The command line as values: command, positional arguments, settings given as flags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace lpm::cli {

// A flag that stands for a setting's value: `-D` is save-dev=true.
struct FlagAlias {
  std::string_view flag;  // with dashes
  std::string_view key;
  std::string_view value;  // "" when the flag takes one
  std::string_view help;
};
const std::vector<FlagAlias>& flag_aliases();

struct CommandLine {
  std::string command;                   // as typed; "" when none
  std::vector<std::string> positionals;  // after the command
  std::vector<std::string>
      rest;  // for commands that hand arguments on: all that follows the first positional
  std::vector<config::SettingValue> settings;
  std::string directory;   // -C
  bool help = false;       // -h, --help
  bool long_help = false;  // --help
  bool version = false;    // -v, --version
};

// Which arguments of a command belong to the child that it starts.
enum class HandsOn : std::uint8_t {
  Nothing,
  AfterFirst,  // `lpm run build --watch`: what follows the name
  All,         // `lpm build --watch`, where `build` is a script
};

// UNKNOWN_FLAG with the nearest name, USAGE for a missing value.
Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                       HandsOn (*hands_on)(std::string_view command));

}  // namespace lpm::cli
