#include "rows.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace lpm::differential {

namespace {

std::string unescape(std::string_view field) {
  if (field == "-") return kNothing;
  if (field == "\\-") return "-";
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      text += field[i];
      continue;
    }
    const char c = field[++i];
    text += c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == '0' ? '\0' : c;
  }
  return text;
}

std::string content_of(const std::string& file) {
  std::string content;
  std::FILE* stream = std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return content;
  char buffer[65536];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, stream)) {
    content.append(buffer, size);
  }
  std::fclose(stream);
  return content;
}

std::string shown(const std::string& text) {
  return text == kNothing ? "(nothing)" : "`" + text + "`";
}

}  // namespace

std::string case_file(const std::string& kind) {
  const char* const fresh = std::getenv("LPM_DIFFERENTIAL_CASES");
  if (fresh != nullptr) return std::string(fresh) + "/" + kind + ".tsv";
  return std::string(LPM_TEST_DATA) + "/differential/" + kind + ".tsv";
}

void for_each_row(const std::string& file, const std::function<void(const Row&)>& use) {
  const std::string content = content_of(file);
  EXPECT_FALSE(content.empty()) << file << " is missing or empty";
  std::size_t start = 0;
  while (start < content.size()) {
    const std::size_t end = std::min(content.find('\n', start), content.size());
    std::string_view line = std::string_view(content).substr(start, end - start);
    start = end + 1;
    Row row;
    for (bool last = false; !last;) {
      const std::size_t tab = line.find('\t');
      last = tab == std::string_view::npos;
      row.push_back(unescape(line.substr(0, tab)));
      if (!last) line.remove_prefix(tab + 1);
    }
    use(row);
  }
}

void Tally::compare(const Row& row, const std::string& what, const std::string& expected,
                    const std::string& actual) {
  ++compared_;
  if (expected == actual) return;
  if (++different_ > 20) return;
  std::string text;
  for (std::size_t i = 0; i < row.size() && i < 4; ++i) text += shown(row[i]) + " ";
  ADD_FAILURE() << text << "\n  " << what << ": npm says " << shown(expected) << ", lpm says "
                << shown(actual);
}

Tally::~Tally() {
  std::printf("%s: %zu answers compared, %zu differ (%s)\n", kind_.c_str(), compared_, different_,
              file_.c_str());
  EXPECT_EQ(different_, 0u) << file_;
  EXPECT_GT(compared_, 100u) << file_;
}

}  // namespace lpm::differential
