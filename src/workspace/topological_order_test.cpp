#include <gtest/gtest.h>

#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

using Order = std::vector<std::size_t>;

TEST(TopologicalOrder, PutsDependenciesFirstAndKeepsTheOrderOtherwise) {
  EXPECT_EQ(topological_order({{}, {}, {}}), (Order{0, 1, 2}));
  EXPECT_EQ(topological_order({{2}, {}, {1}}), (Order{1, 2, 0}));
  EXPECT_EQ(topological_order({{1, 2}, {2}, {}}), (Order{2, 1, 0}));
}

TEST(TopologicalOrder, AnEdgeThatClosesACycleDoesNotCount) {
  EXPECT_EQ(topological_order({{1}, {2}, {0}}), (Order{2, 1, 0}));
  EXPECT_EQ(topological_order({{0}}), (Order{0}));
}

TEST(TopologicalOrder, LongChainsDoNotExhaustTheStack) {
  constexpr std::size_t kCount = 200'000;
  std::vector<Order> dependencies(kCount);
  for (std::size_t i = 0; i + 1 < kCount; ++i) dependencies[i] = {i + 1};
  EXPECT_EQ(topological_order(dependencies).front(), kCount - 1);
}

}  // namespace
}  // namespace lpm::workspace
