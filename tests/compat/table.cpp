#include "table.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace lpm::compat {
namespace {

[[noreturn]] void stop(const std::string& path, int line, const char* reason) {
  std::fprintf(stderr, "%s:%d: %s\n", path.c_str(), line, reason);
  std::exit(1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  for (std::size_t tab = line.find('\t'); tab != line.npos; tab = line.find('\t', begin)) {
    cells.push_back(line.substr(begin, tab - begin));
    begin = tab + 1;
  }
  cells.push_back(line.substr(begin));
  return cells;
}

}  // namespace

const std::string& TableRow::operator[](std::string_view column) const {
  static const std::string empty;
  const auto found = cells.find(column);
  return found == cells.end() ? empty : found->second;
}

std::vector<TableRow> read_table(const std::string& path) {
  std::ifstream file(path);
  if (!file) stop(path, 0, "cannot be read");
  std::vector<std::string> columns;
  std::vector<TableRow> rows;
  std::string text;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text.front() == '#') continue;
    const std::vector<std::string> cells = cells_of(text);
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    if (cells.size() > columns.size()) stop(path, line, "more cells than columns");
    TableRow row;
    row.line = line;
    for (std::size_t i = 0; i < cells.size(); ++i) row.cells[columns[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  if (rows.empty()) stop(path, 0, "has no rows");
  return rows;
}

std::string slug(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      is_word = true;
    } else if (quote == 0 && c == ' ') {
      if (is_word) words.push_back(std::move(word));
      word.clear();
      is_word = false;
    } else {
      word += c;
      is_word = true;
    }
  }
  if (is_word) words.push_back(std::move(word));
  return words;
}

}  // namespace lpm::compat
