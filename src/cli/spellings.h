// Command words of npm, pnpm, bun and yarn that are no rows of lpm's table: short forms and typing
// errors that npm knows, and commands that lpm does not have.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lpm::cli {

// What a word stands for: the command, the words that come after it, a flag: `ll` is `list --long`.
struct Spelling {
  std::string_view written;
  std::string_view command;
  std::string_view word = {};  // "" when none
  std::string_view flag = {};
};
const Spelling* find_spelling(std::string_view written);

// UNKNOWN_COMMAND with what to type instead. Nothing for a word that no tool has.
std::optional<Error> command_of_another_tool(std::string_view name);

}  // namespace lpm::cli
