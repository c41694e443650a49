#include "manifest/platform.h"

#include <gtest/gtest.h>

namespace lpm::manifest {

namespace {

const Platform kLinux{"linux", "x64", "glibc"};

TEST(PlatformFilter, AdmitsAllWithoutEntries) {
  EXPECT_TRUE(admits({}, kLinux));
}

TEST(PlatformFilter, NeedsOnePlainEntryUnlessAllRefuse) {
  EXPECT_TRUE(admits({{"darwin", "linux"}, {}, {}}, kLinux));
  EXPECT_FALSE(admits({{"darwin"}, {}, {}}, kLinux));
  EXPECT_TRUE(admits({{"!win32"}, {}, {}}, kLinux));
  EXPECT_FALSE(admits({{"!linux"}, {}, {}}, kLinux));
  EXPECT_FALSE(admits({{"!win32", "darwin"}, {}, {}}, kLinux));
  EXPECT_FALSE(admits({{"linux", "!linux"}, {}, {}}, kLinux));
  EXPECT_FALSE(admits({{"linux"}, {"arm64"}, {}}, kLinux));
}

TEST(PlatformFilter, TakesAnyForAllOnlyWhenAlone) {
  EXPECT_TRUE(admits({{"any"}, {"any"}, {}}, kLinux));
  EXPECT_FALSE(admits({{"any", "darwin"}, {}, {}}, kLinux));
}

TEST(PlatformFilter, RefusesEveryLibcWhereNoneIsKnown) {
  EXPECT_TRUE(admits({{}, {}, {"glibc"}}, kLinux));
  EXPECT_FALSE(admits({{}, {}, {"musl"}}, kLinux));
  const Platform unknown{"linux", "x64", ""};
  EXPECT_FALSE(admits({{}, {}, {"glibc"}}, unknown));
  EXPECT_FALSE(admits({{}, {}, {"!musl"}}, unknown));
}

TEST(Platform, HostHasNodesNames) {
  EXPECT_STRNE(host_os(), "");
  EXPECT_STRNE(host_cpu(), "x86_64");
}

}  // namespace

}  // namespace lpm::manifest
