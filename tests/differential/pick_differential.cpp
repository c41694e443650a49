// The choice of a version against npm's `npm-pick-manifest`; the rows are described in
// pick_cases.mjs.
#include <gtest/gtest.h>

#include "base/text.h"
#include "manifest/packument.h"
#include "rows.h"

namespace lpm::differential {

namespace {

using manifest::Packument;

std::shared_ptr<const Packument> read_packument(const std::string& json) {
  PaddedBuffer buffer;
  buffer.append(json.data(), json.size());
  auto packument = Packument::parse(buffer, "a", "http://registry.example/");
  return packument ? *packument : nullptr;
}

void check_pick(Tally& tally, const Packument& packument, const Row& row) {
  const auto node = semver::Version::parse(row[2]);
  manifest::PickRules rules;
  rules.node = &*node;
  rules.default_tag = row[3];
  if (row[4] != kNothing)
    rules.before = static_cast<UnixNanoseconds>(*parse_decimal(row[4])) * 1'000'000;
  const auto range = semver::Range::parse(row[1]);
  const auto picked =
      range ? pick_version(packument, *range, rules) : pick_tag(packument, row[1], rules);
  tally.compare(row, "picked from " + std::string(packument.name()), row[5],
                picked ? std::string(packument.version_text(*picked)) : kNothing);
}

TEST(Differential, VersionsArePickedAsNpmDoes) {
  const std::string file = case_file("picks");
  Tally tally(file, "picks");
  std::shared_ptr<const Packument> packument;
  for_each_row(file, [&](const Row& row) {
    if (row[0] == "packument") packument = read_packument(row[1]);
    ASSERT_TRUE(packument) << row[1];
    if (row[0] == "pick") check_pick(tally, *packument, row);
  });
}

}  // namespace

}  // namespace lpm::differential
