// Versions and ranges against npm's `semver`; the rows are described in semver_cases.mjs.
#include <gtest/gtest.h>

#include "base/text.h"
#include "rows.h"
#include "semver/semver.h"

namespace lpm::differential {

namespace {

using semver::Mode;
using semver::Prereleases;
using semver::Range;
using semver::Version;

Mode mode_of(const Row& row) {
  return row[1] == "loose" ? Mode::Loose : Mode::Strict;
}

std::string text_of(std::strong_ordering order) {
  return order < 0 ? "-1" : order > 0 ? "1" : "0";
}

std::string canonical(const std::optional<Version>& version) {
  return version ? version->to_string() : kNothing;
}

class SemverCases {
 public:
  explicit SemverCases(const std::string& file) : tally_(file, "semver") {}

  void use(const Row& row) {
    if (row[0] == "version") check_version(row);
    if (row[0] == "order") check_order(row);
    if (row[0] == "pool") read_pool(row);
    if (row[0] == "range") check_range(row);
  }

 private:
  void check_version(const Row& row) {
    const auto version = Version::parse(row[2], mode_of(row));
    tally_.compare(row, "version", row[3], canonical(version));
    tally_.compare(row, "build", row[4], version ? version->build : "");
  }

  void check_order(const Row& row) {
    const auto a = Version::parse(row[2], mode_of(row));
    const auto b = Version::parse(row[3], mode_of(row));
    ASSERT_TRUE(a && b) << row[2] << " " << row[3];
    tally_.compare(row, "order", row[4], text_of(*a <=> *b));
    tally_.compare(row, "order with build", row[5], text_of(semver::compare_build(*a, *b)));
  }

  void read_pool(const Row& row) {
    pool_.clear();
    for (std::string_view text : split(row[1], ' ')) {
      const auto version = Version::parse(text, Mode::Strict);
      ASSERT_TRUE(version) << text;
      pool_.push_back(*version);
    }
  }

  std::string satisfied(const Range& range, Prereleases prereleases) const {
    std::string bits;
    for (const Version& version : pool_) bits += range.contains(version, prereleases) ? '1' : '0';
    return bits;
  }

  void check_range(const Row& row) {
    const auto range = Range::parse(row[2], mode_of(row));
    tally_.compare(row, "valid", row[3], range ? "1" : "0");
    if (!range || row[3] == "0") return;
    tally_.compare(row, "minimum", row[4], canonical(range->minimum()));
    tally_.compare(row, "satisfied", row[5], satisfied(*range, Prereleases::OnlySameTuple));
    if (row[6] != kNothing) {
      tally_.compare(row, "with prereleases", row[6], satisfied(*range, Prereleases::Any));
    }
    const auto highest = semver::max_satisfying(pool_, *range);
    tally_.compare(row, "highest", row[7], highest ? std::to_string(*highest) : kNothing);
  }

  Tally tally_;
  std::vector<Version> pool_;
};

TEST(Differential, SemverAnswersAsNpmDoes) {
  const std::string file = case_file("semver");
  SemverCases cases(file);
  for_each_row(file, [&](const Row& row) { cases.use(row); });
}

}  // namespace

}  // namespace lpm::differential
