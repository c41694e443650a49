// Small random registries: every order of arrival gives the same, the checker accepts it, and the
// versions are those that a plain recomputation of docs/resolution.md, section 3, gives.
#include <gtest/gtest.h>

#include "resolver/test_random_universe.h"

namespace lpm::resolver::test {
namespace {

// LPM_RANDOM_UNIVERSES overrides it, for long runs.
constexpr unsigned kUniverses = 1500;
constexpr unsigned kArrivalOrders = 4;

unsigned universe_count() {
  const char* count = std::getenv("LPM_RANDOM_UNIVERSES");
  return count == nullptr ? kUniverses : static_cast<unsigned>(std::atoi(count));
}

std::string edges_of(const graph::DependencyGraph& graph) {
  const auto line = [&graph](const auto& edge) {
    return "\n  " + edge.name + ": " +
           (edge.target == graph::kNoPackage ? "none" : graph[edge.target].key());
  };
  std::string text;
  for (const graph::ImporterEdge& edge : graph.importers[0].dependencies)
    text += line(edge) + " as " + edge.spec;
  for (const graph::Package& package : graph.packages) {
    text += "\n" + package.key();
    for (const graph::Edge& edge : package.dependencies) text += line(edge);
  }
  return text;
}

void expect_same(const Result<Resolution>& actual, const graph::DependencyGraph& expected,
                 const char* what) {
  ASSERT_TRUE(actual.has_value()) << what;
  EXPECT_TRUE(actual->graph == expected)
      << what << ", from" << edges_of(expected) << "\nto" << edges_of(actual->graph);
}

void expect_unmoved(RandomUniverse& universe, const graph::DependencyGraph& locked) {
  expect_same(universe.run(0, &locked), locked, "a locked graph moved");
  expect_same(universe.run(0, &locked, true), locked, "a trusted graph moved");
  EXPECT_EQ(universe.requests(), 0u);
}

// To trust a locked graph changes nothing but what is asked for.
void expect_same_with_trust(RandomUniverse& universe, const graph::DependencyGraph& locked) {
  const Result<Resolution> changed = universe.run(0, &locked);
  for (const unsigned order : {1u, 2u}) {
    const Result<Resolution> trusting = universe.run(order, &locked, true);
    ASSERT_EQ(trusting.has_value(), changed.has_value());
    if (changed) expect_same(trusting, changed->graph, "trust made a difference");
  }
}

// A locked graph stays, whatever is published, and moves with the manifest and with updates.
void check_locked(RandomUniverse& universe, const graph::DependencyGraph& locked) {
  expect_unmoved(universe, locked);
  universe.grow();
  expect_unmoved(universe, locked);
  universe.change_root();
  expect_same_with_trust(universe, locked);
  universe.update(universe.any_name());
  expect_same_with_trust(universe, locked);
}

void run_all(bool peers) {
  unsigned solved = 0;
  unsigned excused = 0;
  for (unsigned seed = 1; seed <= universe_count() && !::testing::Test::HasFailure(); ++seed) {
    RandomUniverse universe(seed, peers);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + universe.text());
    const Result<Resolution> first = universe.run(0);
    for (unsigned order = 1; order < kArrivalOrders; ++order) {
      const Result<Resolution> other = universe.run(order);
      ASSERT_EQ(other.has_value(), first.has_value());
      if (first) {
        EXPECT_EQ(other->graph, first->graph);
      } else {
        EXPECT_EQ(other.error().what, first.error().what);
        EXPECT_EQ(other.error().facts.at(0).text, first.error().facts.at(0).text);
      }
      EXPECT_EQ(universe.picks()[order], universe.picks()[0]);
    }
    const bool must_fail = universe.must_fail();
    EXPECT_FALSE(must_fail && first.has_value());
    if (!first) {
      // With peers, one that has to be added may be impossible too.
      EXPECT_TRUE(peers || must_fail) << first.error().what;
      continue;
    }
    ++solved;
    if (!universe.check(*first)) ++excused;
    check_locked(universe, first->graph);
  }
  EXPECT_GT(solved, universe_count() / 20);
  EXPECT_LE(excused, universe_count() / 1000);
  ::testing::Test::RecordProperty("excused", static_cast<int>(excused));
}

TEST(RandomUniverses, WithoutPeersMatchBruteForce) {
  run_all(false);
}

TEST(RandomUniverses, WithPeersPassTheChecker) {
  run_all(true);
}

}  // namespace
}  // namespace lpm::resolver::test
