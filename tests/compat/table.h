// Tables of rows, tab-separated: a first line with the names of the columns, `#` begins a comment.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::compat {

struct TableRow {
  int line = 0;
  std::map<std::string, std::string, std::less<>> cells;  // by column; "" when left out

  const std::string& operator[](std::string_view column) const;
};

// Ends the process with a message when the file is no such table.
std::vector<TableRow> read_table(const std::string& path);

// Letters and digits of a text, the rest as single `_`: part of a test's name.
std::string slug(std::string_view text);

// The words of a command line; quotes hold words together.
std::vector<std::string> words_of(std::string_view text);

// Registers one test a row, before RUN_ALL_TESTS.
void register_verbs();
void register_settings();

}  // namespace lpm::compat
