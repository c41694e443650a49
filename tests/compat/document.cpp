// docs/compatibility.md says how many rows there are of what; LPM_ACCEPT=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "table.h"

namespace lpm::compat {
namespace {

constexpr std::string_view kBegin = "<!-- counts: written by compat_test with LPM_ACCEPT=1 -->\n";
constexpr std::string_view kEnd = "<!-- end of counts -->\n";

using Counts = std::map<std::string, std::map<std::string, int>>;  // by tool, by kind

std::string table_of(const Counts& counts, const std::vector<std::string>& kinds) {
  std::string head = "| rows |", rule = "|---|", body;
  for (const std::string& kind : kinds) {
    head += " " + kind + " |";
    rule += "---|";
  }
  for (const auto& [tool, of_tool] : counts) {
    body += "| " + tool + " |";
    for (const std::string& kind : kinds) {
      const auto found = of_tool.find(kind);
      body += " " + std::to_string(found == of_tool.end() ? 0 : found->second) + " |";
    }
    body += "\n";
  }
  return head + "\n" + rule + "\n" + body;
}

std::string kind_of_verb(const std::string& expect) {
  if (expect.find(" later") != std::string::npos) return "later";
  return expect.find("refused:") != std::string::npos ? "refused" : "done";
}

std::string counted() {
  Counts verbs, settings;
  for (const TableRow& row : read_table(LPM_COMPAT "/verbs.tsv"))
    ++verbs[row["from"]][kind_of_verb(row["expect"])];
  for (const TableRow& row : read_table(LPM_COMPAT "/npmrc.tsv"))
    ++settings[row["tools"]][row["verdict"].substr(0, row["verdict"].find(':'))];
  return "`verbs.tsv`:\n\n" + table_of(verbs, {"done", "refused", "later"}) + "\n`npmrc.tsv`:\n\n" +
         table_of(settings, {"honoured", "translated", "no-effect", "later"});
}

TEST(Document, SaysHowManyRowsThereAre) {
  const std::string path = LPM_DOCS "/compatibility.md";
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  const std::size_t begin = text.find(kBegin), end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::string expected =
      text.substr(0, begin) + std::string(kBegin) + counted() + text.substr(end);
  if (std::getenv("LPM_ACCEPT") != nullptr)
    std::ofstream(path) << expected;
  else
    EXPECT_TRUE(text == expected) << "docs/compatibility.md is behind; run with LPM_ACCEPT=1";
}

}  // namespace
}  // namespace lpm::compat
