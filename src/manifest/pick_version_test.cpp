#include <gtest/gtest.h>

#include "manifest/packument.h"

namespace lpm::manifest {

namespace {

// 2024-01-01 and so many days later.
constexpr UnixNanoseconds day(int count) {
  return (1'704'067'200LL + count * 86'400LL) * 1'000'000'000;
}

std::shared_ptr<const Packument> packument_of(std::string_view members) {
  PaddedBuffer buffer;
  const std::string json = R"({"name":"a",)" + std::string(members) + "}";
  buffer.append(json.data(), json.size());
  auto packument = Packument::parse(buffer, "a", "http://registry.example/");
  return packument ? *packument : nullptr;
}

std::string text_of(const Packument& packument, std::optional<VersionIndex> index) {
  return index ? std::string(packument.version_text(*index)) : "none";
}

std::string pick(const std::shared_ptr<const Packument>& packument, std::string_view range,
                 const PickRules& rules = {}) {
  return text_of(*packument, pick_version(*packument, *semver::Range::parse(range), rules));
}

TEST(PickVersion, PrefersTheDefaultTagToHigherVersions) {
  const auto packument = packument_of(
      R"("dist-tags":{"latest":"1.1.0"},"versions":{"1.0.0":{},"1.1.0":{},"1.2.0":{}})");
  EXPECT_EQ(pick(packument, "^1.0.0"), "1.1.0");
  EXPECT_EQ(pick(packument, ">=1.2"), "1.2.0");
  EXPECT_EQ(pick(packument, "^2"), "none");
}

TEST(PickVersion, TakesAPrereleaseForAStarOnlyWhenItIsTagged) {
  const auto packument = packument_of(
      R"("dist-tags":{"latest":"2.0.0-rc.1"},"versions":{"1.0.0":{},"2.0.0-rc.1":{}})");
  EXPECT_EQ(pick(packument, "*"), "2.0.0-rc.1");
  EXPECT_EQ(pick(packument, "x"), "1.0.0");
}

TEST(PickVersion, AvoidsDeprecatedAndUnfitVersions) {
  const auto packument = packument_of(R"("dist-tags":{"latest":"1.3.0"},"versions":{
      "1.0.0":{},"1.1.0":{"engines":{"node":">=18"}},"1.2.0":{"engines":{"node":">=99"}},"1.3.0":{"deprecated":"no"}})");
  const auto node = *semver::Version::parse("20.0.0");
  PickRules rules;
  rules.node = &node;
  EXPECT_EQ(pick(packument, "^1", rules), "1.1.0");
  EXPECT_EQ(pick(packument, "^1"), "1.2.0");
  EXPECT_EQ(pick(packument, ">=1.2", rules), "1.3.0");  // fit and deprecated goes before unfit
  EXPECT_EQ(pick(packument, "1.2.0", rules), "1.2.0");
}

TEST(PickVersion, LeavesOutWhatIsTooNew) {
  const auto packument =
      packument_of(R"("dist-tags":{"latest":"1.1.0"},"versions":{"1.0.0":{},"1.1.0":{}},
      "time":{"modified":"2024-03-01T00:00:00.000Z","1.0.0":"2024-01-02T00:00:00.000Z","1.1.0":"2024-01-11T00:00:00.000Z"})");
  PickRules rules;
  rules.before = day(5);
  EXPECT_EQ(pick(packument, "^1", rules), "1.0.0");
  EXPECT_EQ(pick(packument, "1.1.0", rules), "none");
  EXPECT_EQ(text_of(*packument, pick_tag(*packument, "latest", rules)), "1.0.0");
  rules.before = day(10);
  EXPECT_EQ(pick(packument, "^1", rules), "1.1.0");
  rules.before = day(0);
  EXPECT_EQ(pick(packument, "^1", rules), "none");
}

TEST(PickVersion, TrustsADocumentWithoutTimesWhenItIsOldItself) {
  const auto packument = packument_of(
      R"("dist-tags":{"latest":"1.0.0"},"modified":"2024-01-11T00:00:00.000Z","versions":{"1.0.0":{}})");
  PickRules rules;
  rules.before = day(9);
  EXPECT_EQ(pick(packument, "*", rules), "none");
  rules.before = day(10);
  EXPECT_EQ(pick(packument, "*", rules), "1.0.0");
  EXPECT_EQ(pick(packument_of(R"("versions":{"1.0.0":{}})"), "*", rules), "none");
}

TEST(PickTag, TakesTheTaggedVersionEvenWhenDeprecated) {
  const auto packument = packument_of(
      R"("dist-tags":{"next":"1.0.0","gone":"9.0.0"},"versions":{"1.0.0":{"deprecated":"no"},"1.1.0":{}})");
  EXPECT_EQ(text_of(*packument, pick_tag(*packument, "next", {})), "1.0.0");
  EXPECT_EQ(text_of(*packument, pick_tag(*packument, "gone", {})), "none");
  EXPECT_EQ(text_of(*packument, pick_tag(*packument, "missing", {})), "none");
}

}  // namespace

}  // namespace lpm::manifest
