// The command line as values: command, positional arguments, settings given as flags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace lpm::cli {

struct CommandLine {
  std::string command;                   // as typed; "" when none
  std::vector<std::string> positionals;  // after the command
  std::vector<std::string>
      rest;  // for commands that hand arguments on: all that follows the first positional
  std::vector<config::SettingValue> settings;
  std::string directory;   // -C, --dir, npm's --prefix
  bool help = false;       // -h, --help
  bool long_help = false;  // --help
  bool version = false;    // -v, --version
};

// Whether the arguments ask for JSON, also when they cannot be parsed.
bool asks_json(const std::vector<std::string>& arguments);

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
