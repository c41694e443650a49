// The shell grammar of commands, as far as it decides what runs: words, quotes, expansions,
// operators, redirections. Groups, loops and functions are read flat, as what their commands are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::security {

struct Word {
  std::string value;       // quotes and escapes resolved, expansions as written: "$HOME/x"
  std::string possible;    // the same where unset variables leave nothing and defaults stand
  bool expands = false;    // a variable, a substitution
  bool disguised = false;  // escapes, or quotes inside the word: `np"m"`, `t\sc`
  std::vector<std::string> substitutions;  // texts of $(...), `...`, <(...)
};

struct Redirection {
  bool writes = false;
  bool here_document = false;
  Word target;
};

struct Command {
  std::vector<Word> assignments;  // before the first word
  std::vector<Word> words;
  std::vector<Redirection> redirections;
};

enum class Piece : std::uint8_t {
  Command,
  Pipe,       // the next command reads what the one before writes
  Separator,  // ; & && || and line ends
  Open,       // ( { if while ...
  Close,      // ) } fi done ...
};

struct Item {
  Piece piece = Piece::Command;
  Command command;
};

struct ShellText {
  std::vector<Item> items;
  bool whole = true;  // false: a quote or bracket is never closed, or the text ends in a backslash
};

// Never fails: from where the grammar is broken, quotes count as nothing. Linear.
ShellText read_shell_text(std::string_view text);

}  // namespace lpm::security
