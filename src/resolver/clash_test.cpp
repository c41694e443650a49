#include "resolver/clash.h"

#include <gtest/gtest.h>

#include <random>

namespace lpm::resolver {
namespace {

using Indices = std::vector<std::size_t>;

TEST(SmallestClash, IsNoneWhenACandidateMeetsAll) {
  EXPECT_EQ(smallest_clash({{true, false}, {true, true}}), Indices());
  EXPECT_EQ(smallest_clash({}), Indices());
}

TEST(SmallestClash, IsOneThatNothingMeets) {
  EXPECT_EQ(smallest_clash({{true, false}, {false, true}, {false, false}}), Indices({2}));
}

TEST(SmallestClash, IsTheFirstPair) {
  EXPECT_EQ(smallest_clash({{true, true}, {true, false}, {true, false}, {false, true}}),
            Indices({1, 3}));
}

TEST(SmallestClash, IsThreeWhereEachTwoAgree) {
  EXPECT_EQ(smallest_clash({{true, true, true},
                            {true, true, false},
                            {true, false, true},
                            {true, true, true},
                            {false, true, true}}),
            Indices({1, 2, 4}));
}

TEST(SmallestClash, IsMinimal) {
  std::mt19937 random(7);
  std::size_t clashes = 0;
  std::size_t longest = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t candidates = 1 + random() % 6;
    std::vector<std::vector<bool>> admitted(1 + random() % 8);
    for (auto& row : admitted)
      for (std::size_t i = 0; i < candidates; ++i) row.push_back(random() % 4 != 0);
    const auto can_be_met = [&](const Indices& requirements) {
      for (std::size_t candidate = 0; candidate < candidates; ++candidate)
        if (std::all_of(requirements.begin(), requirements.end(),
                        [&](std::size_t one) { return admitted[one][candidate]; }))
          return true;
      return false;
    };
    Indices all(admitted.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const Indices clash = smallest_clash(admitted);
    ASSERT_EQ(clash.empty(), can_be_met(all));
    if (clash.empty()) continue;
    ++clashes;
    longest = std::max(longest, clash.size());
    ASSERT_FALSE(can_be_met(clash));
    for (std::size_t i = 0; i < clash.size(); ++i) {
      Indices rest = clash;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      ASSERT_TRUE(can_be_met(rest));
    }
  }
  EXPECT_GT(clashes, 100u);
  EXPECT_GT(longest, 2u);
}

}  // namespace
}  // namespace lpm::resolver
