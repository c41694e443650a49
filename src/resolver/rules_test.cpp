// Rules of the project come and go: what is locked follows them, and nothing else moves.
#include <gtest/gtest.h>

#include "resolver/resolver.h"
#include "resolver/test_universe.h"

namespace lpm::resolver::test {
namespace {

constexpr std::string_view kPackages = R"({
  "a": {"versions": {"1.0.0": {"dependencies": {"b": "^1", "c": "^1"},
                               "peerDependencies": {"p": "^1 || ^2"}}}},
  "b": {"versions": {"1.0.0": {"dependencies": {"d": "^1"}}, "1.1.0": {"dependencies": {"d": "^2"}},
                     "2.0.0": {"dependencies": {"d": "^3"}}}},
  "c": {"versions": {"1.0.0": {"dependencies": {"b": "^1"}, "optionalDependencies": {"o": "^1"}}}},
  "d": {"versions": {"1.0.0": {}, "2.0.0": {}, "3.0.0": {}}},
  "o": {"versions": {"1.0.0": {}}},
  "p": {"versions": {"1.0.0": {}, "2.0.0": {}}}
})";

// Members of package.json.
constexpr auto kRules = std::to_array<std::string_view>({
    R"("overrides": {"b": "1.0.0"})",
    R"("overrides": {"b": {".": "1.0.0", "d": "3.0.0"}, "c": {"b": "2.0.0"}})",
    R"("overrides": {"b@^1": "2.0.0", "p": "1.0.0"})",
    R"("overrides": {"o": "9.9.9"})",
    R"("pnpm": {"overrides": {"a>b": "1.0.0", "c>o": "-"}})",
    R"("pnpm": {"overrides": {"a": "1.0.0", "b@1>d": "1.0.0", "p": "-"}})",
    R"("resolutions": {"**/b": "1.0.0", "c/b": "2.0.0", "a/**/d": "npm:1.0.0"})",
    R"("lpm": {"overrides": {"a/**/b": "1.0.0"}}, "resolutions": {"b": "2.0.0"})",
    R"("lpm": {"packageExtensions": {"b@1": {"dependencies": {"o": "1", "c": "1"}}}})",
    R"("pnpm": {"packageExtensions": {"a": {"optionalDependencies": {"d": "1"},
                                            "peerDependenciesMeta": {"p": {"optional": true}}}}})",
    R"("pnpm": {"peerDependencyRules": {"ignoreMissing": ["*"]}})",
    R"("lpm": {"packageExtensions": {"d": {"peerDependencies": {"o": "1"}}}})",
});

class RulesThatComeAndGo : public ::testing::TestWithParam<std::string_view> {
 protected:
  RulesThatComeAndGo()
      : text_(kPackages),
        json_(*formats::json::parse(text_, "packages")),
        universe_(json_, text_) {}

  graph::DependencyGraph install(std::string_view rules, const graph::DependencyGraph* locked) {
    std::string text = R"({"name": "app", "dependencies": {"a": "^1"})";
    if (!rules.empty()) text.append(", ").append(rules);
    const auto manifest =
        manifest::read_manifest(text + "}", "package.json", manifest::Strictness::Project);
    ShuffledSource source(universe_, seed_++);
    RecordingListener listener;
    ResolveOptions options;
    options.platform = {.os = "linux", .cpu = "x64", .libc = "glibc"};
    options.trust_locked = locked != nullptr && !has_rules(*locked);
    auto result =
        resolve({{.path = ".", .manifest = &*manifest}}, locked, source, listener, options);
    EXPECT_TRUE(result) << result.error().what;
    return result ? std::move(result->graph) : graph::DependencyGraph();
  }

  static bool has_rules(const graph::DependencyGraph& graph) {
    const auto has = [](const auto& one) { return !one.rules.empty(); };
    return std::any_of(graph.packages.begin(), graph.packages.end(), has) ||
           std::any_of(graph.importers.begin(), graph.importers.end(), has);
  }

  std::string text_;
  formats::json::Value json_;
  Universe universe_;
  unsigned seed_ = 1;
};

TEST_P(RulesThatComeAndGo, GiveTheSameGraphTwice) {
  const graph::DependencyGraph once = install(GetParam(), nullptr);
  EXPECT_EQ(install(GetParam(), nullptr), once);
  EXPECT_EQ(install(GetParam(), &once), once);
}

TEST_P(RulesThatComeAndGo, LeaveNothingBehind) {
  const graph::DependencyGraph without = install("", nullptr);
  const graph::DependencyGraph fresh = install(GetParam(), nullptr);
  EXPECT_EQ(install("", &fresh), without);
  const graph::DependencyGraph added = install(GetParam(), &without);
  EXPECT_EQ(install("", &added), without);
}

TEST_P(RulesThatComeAndGo, FollowEachOther) {
  const graph::DependencyGraph here = install(GetParam(), nullptr);
  for (const std::string_view other : kRules) {
    const graph::DependencyGraph there = install(other, &here);
    EXPECT_EQ(install("", &there), install("", nullptr)) << other;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, RulesThatComeAndGo, ::testing::ValuesIn(kRules));

}  // namespace
}  // namespace lpm::resolver::test
