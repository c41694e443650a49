// Names and platform filters against npm's packages; the rows are described in name_cases.mjs.
#include <gtest/gtest.h>

#include "base/text.h"
#include "manifest/name.h"
#include "manifest/platform.h"
#include "rows.h"

namespace lpm::differential {

namespace {

void check_name(Tally& tally, const Row& row) {
  const manifest::NameVerdict verdict = manifest::judge_name(row[1]);
  tally.compare(row, "valid for new packages", row[2], verdict.valid_for_new ? "1" : "0");
  tally.compare(row, "valid for old packages", row[3], verdict.valid_for_old ? "1" : "0");
  EXPECT_EQ(verdict.problems.empty(), verdict.valid_for_new) << row[1];
  EXPECT_LE(manifest::PackageName::parse(row[1]).has_value(), verdict.valid_for_old) << row[1];
}

std::vector<std::string> entries_of(const std::string& field) {
  std::vector<std::string> entries;
  if (field == kNothing) return entries;
  for (std::string_view entry : split(field, ' ')) entries.emplace_back(entry);
  return entries;
}

void check_platform(Tally& tally, const Row& row) {
  const manifest::PlatformFilter filter{entries_of(row[4]), entries_of(row[5]), entries_of(row[6])};
  const bool admitted = manifest::admits(filter, {row[1], row[2], row[3]});
  tally.compare(row, "admitted", row[7], admitted ? "1" : "0");
}

TEST(Differential, NamesAndPlatformsAreJudgedAsNpmDoes) {
  const std::string file = case_file("names");
  Tally tally(file, "names");
  for_each_row(file, [&](const Row& row) {
    if (row[0] == "name") check_name(tally, row);
    if (row[0] == "platform") check_platform(tally, row);
  });
}

}  // namespace

}  // namespace lpm::differential
