// Which program a simple command starts, seen through the wrappers that start others.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "security/shell_text.h"

namespace lpm::security {

struct Program {
  std::string name;                 // base name, lower case, without .exe, .cmd and the like
  std::span<const Word> arguments;  // of the command that was asked about
  const Word* word = nullptr;
};

struct Programs {
  std::vector<Program> all;  // wrappers and what they may start, in the order of the words
  bool too_deep = false;
};

// `sudo -u x env A=1 npm install` starts sudo, env and npm. A word after an option that nobody
// knows may be its value or the program: both are named.
Programs programs_of(std::span<const Word> words);

// "npm" of "/usr/bin/npm", "NPM.cmd", "n^pm".
std::string program_name(const Word& word);

bool is_shell(std::string_view program);

}  // namespace lpm::security
