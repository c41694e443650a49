#include "resolver/resolver.h"

#include <gtest/gtest.h>

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

TEST(OverridesText, IsEmptyWithoutOverrides) {
  EXPECT_EQ(overrides_text(manifest_of("{}")), "");
  EXPECT_EQ(overrides_text(manifest_of(R"({"overrides":{}})")), "");
}

}  // namespace
}  // namespace lpm::resolver
