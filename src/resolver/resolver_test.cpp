#include "resolver/resolver.h"

#include <gtest/gtest.h>

#include "resolver/test_universe.h"

namespace lpm::resolver {
namespace {

manifest::Manifest manifest_of(std::string_view text) {
  auto manifest = manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
  EXPECT_TRUE(manifest.has_value());
  return *std::move(manifest);
}

TEST(ProjectNode, IsTheLowestThatTheRootAllows) {
  EXPECT_EQ(project_node(manifest_of(R"({"engines":{"node":">=18.17 || ^20.3"}})"), "22.1.0"),
            "18.17.0");
}

TEST(ProjectNode, IsTheRunningOneWithoutEngines) {
  EXPECT_EQ(project_node(manifest_of("{}"), "22.1.0"), "22.1.0");
  EXPECT_EQ(project_node(manifest_of(R"({"engines":{"node":"*"}})"), "22.1.0"), "22.1.0");
}

TEST(OverridesText, DoesNotDependOnKeyOrder) {
  const std::string text =
      overrides_text(manifest_of(R"({"overrides":{"b":{"x":"1",".":"2"},"a":"1"}})"));
  EXPECT_EQ(text, overrides_text(manifest_of(R"({"overrides":{ "a":"1","b":{".":"2","x":"1"}}})")));
  EXPECT_EQ(text, R"({"a":"1","b":{".":"2","x":"1"}})");
}

TEST(Resolve, EndsWhenTheSourceGivesUp) {
  struct StoppedSource final : MetadataSource {
    void request(const std::string&) override {}
    Arrival next() override { return {"", Error(ErrorCode::INTERRUPTED, "stopped")}; }
  };
  struct Listener final : PickListener {
    void picked(const Pick&) override {}
  };
  const manifest::Manifest root = manifest_of(R"({"dependencies":{"a":"1"}})");
  StoppedSource source;
  Listener listener;
  const auto result = resolve({{".", &root}}, nullptr, source, listener, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::INTERRUPTED);
}

// Each level offers its peer in two versions, and the bottom has all of them as peers: 2^levels
// instances.
std::string explosive_packages(int levels) {
  std::string text = "{";
  std::string all_peers;
  for (int i = 0; i < levels; ++i) {
    const std::string level = std::to_string(i);
    const std::string below = i + 1 == levels ? R"("bottom":"1")"
                                              : R"("x)" + std::to_string(i + 1) + R"(":"1","y)" +
                                                    std::to_string(i + 1) + R"(":"1")";
    text += R"("p)" + level + R"(":{"versions":{"1.0.0":{},"2.0.0":{}}},)";
    text += R"("x)" + level + R"(":{"versions":{"1.0.0":{"dependencies":{"p)" + level +
            R"(":"1",)" + below + "}}}},";
    text += R"("y)" + level + R"(":{"versions":{"1.0.0":{"dependencies":{"p)" + level +
            R"(":"2",)" + below + "}}}},";
    all_peers += (i == 0 ? "\"p" : ",\"p") + level + R"(":"*")";
  }
  return text + R"("bottom":{"versions":{"1.0.0":{"peerDependencies":{)" + all_peers + "}}}}}";
}

Result<Resolution> resolve_explosive(int levels) {
  const std::string text = explosive_packages(levels);
  const auto packages = *formats::json::parse(text, "packages");
  const test::Universe universe(packages, text);
  const manifest::Manifest root = manifest_of(R"({"dependencies":{"x0":"1","y0":"1"}})");
  test::ShuffledSource source(universe, 1);
  test::RecordingListener listener;
  return resolve({{".", &root}}, nullptr, source, listener, {});
}

TEST(Resolve, MakesEveryCombinationOfPeers) {
  const auto result = resolve_explosive(4);
  ASSERT_TRUE(result.has_value());
  const auto& packages = result->graph.packages;
  EXPECT_EQ(std::count_if(packages.begin(), packages.end(),
                          [](const graph::Package& package) { return package.name == "bottom"; }),
            16);
}

TEST(Resolve, StopsAtTooManyCombinationsOfPeers) {
  const auto result = resolve_explosive(24);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::GRAPH_LIMIT);
}

TEST(OverridesText, IsEmptyWithoutOverrides) {
  EXPECT_EQ(overrides_text(manifest_of("{}")), "");
  EXPECT_EQ(overrides_text(manifest_of(R"({"overrides":{}})")), "");
}

}  // namespace
}  // namespace lpm::resolver
