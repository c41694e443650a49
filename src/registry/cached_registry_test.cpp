// What the cache on disk saves and what it must not do.
#include "registry/registry_test_support.h"

namespace lpm::registry {
namespace {

using CachedRegistryTest = RegistryTest;

TEST_F(CachedRegistryTest, AsksNothingWhileTheCacheIsFresh) {
  ASSERT_TRUE(ask("a", cached()));
  Run run(*registries_, cached());
  const auto packument = run.packument("a");
  ASSERT_TRUE(packument);
  EXPECT_EQ((*packument)->dependencies(0).at(0).name, "b");
  EXPECT_EQ((*packument)->tarball_url(0), run.client.derived_tarball_url("a", "1.0.0"));
  EXPECT_EQ(run.client.statistics().metadata_from_cache, 1U);
  EXPECT_EQ(registry_.count("/a"), 1U);
}

TEST_F(CachedRegistryTest, RevalidatesWhatIsOldAndRemembersThatItDid) {
  ASSERT_TRUE(ask("a", cached()));
  age("a", 24 * 3600);
  {
    Run run(*registries_, cached());
    ASSERT_TRUE(run.packument("a"));
    EXPECT_EQ(run.client.statistics().not_modified, 1U);
  }
  EXPECT_EQ(registry_.count("/a"), 2U);
  EXPECT_NE(header_of(registry_.requests().back(), "if-none-match"), "");
  ASSERT_TRUE(ask("a", cached()));
  EXPECT_EQ(registry_.count("/a"), 2U) << "a confirmed document is fresh again";
}

TEST_F(CachedRegistryTest, TakesTheNewDocumentWhenTheOldOneIsOutOfDate) {
  ASSERT_TRUE(ask("a", cached()));
  age("a", 24 * 3600);
  registry_.publish("a", "1.1.0");
  EXPECT_EQ((*ask("a", cached()))->version_text(0), "1.1.0");
  EXPECT_EQ((*ask("a", cached(Freshness::Offline)))->version_text(0), "1.1.0");
}

TEST_F(CachedRegistryTest, KeepsToTheFreshnessAskedFor) {
  const auto missing = ask("a", cached(Freshness::Offline));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::OFFLINE);
  EXPECT_EQ(registry_.requests().size(), 0U);

  EXPECT_TRUE(ask("a", cached(Freshness::PreferOffline)));
  EXPECT_EQ(registry_.count("/a"), 1U);
  age("a", 30 * 24 * 3600);
  EXPECT_TRUE(ask("a", cached(Freshness::PreferOffline)));
  EXPECT_TRUE(ask("a", cached(Freshness::Offline)));
  EXPECT_EQ(registry_.count("/a"), 1U);

  EXPECT_TRUE(ask("a", cached(Freshness::Revalidate)));
  EXPECT_TRUE(ask("a", cached(Freshness::Revalidate)));
  EXPECT_EQ(registry_.count("/a"), 3U);
}

TEST_F(CachedRegistryTest, OfflineWithoutACacheAsksNothing) {
  const auto packument = ask("a", {.freshness = Freshness::Offline});
  ASSERT_FALSE(packument);
  EXPECT_EQ(packument.error().code, ErrorCode::OFFLINE);
  EXPECT_EQ(registry_.requests().size(), 0U);
}

TEST_F(CachedRegistryTest, ShowsOneCredentialsDocumentsToNoOther) {
  configure("ORIGIN/:_authToken=one\n");
  ASSERT_TRUE(ask("a", cached()));
  configure("ORIGIN/:_authToken=two\n");
  EXPECT_FALSE(ask("a", cached(Freshness::Offline)));
  configure("");
  EXPECT_FALSE(ask("a", cached(Freshness::Offline)));
  configure("ORIGIN/:_authToken=one\n");
  EXPECT_TRUE(ask("a", cached(Freshness::Offline)));
}

TEST_F(CachedRegistryTest, KeepsNothingThatMustNotBeStored) {
  registry_.cache_control("no-store");
  ASSERT_TRUE(ask("a", cached()));
  EXPECT_EQ(cache_status(cache())->files, 0U);
}

TEST_F(CachedRegistryTest, FetchesAgainWhatIsDamagedOnDisk) {
  ASSERT_TRUE(ask("a", cached()));
  const std::string path = metadata_folder(cache()) + "/" + key_of("a").file_name();
  const std::string whole = *os::read_file(path);
  std::size_t expected = 1;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, whole.size() / 2, whole.size() - 1}) {
    ASSERT_TRUE(os::write_file(path, whole.substr(0, size)));
    EXPECT_TRUE(ask("a", cached()));
    EXPECT_EQ(registry_.count("/a"), ++expected) << size;
  }
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 16) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    ASSERT_TRUE(os::write_file(path, damaged));
    EXPECT_TRUE(ask("a", cached()));
    EXPECT_EQ(registry_.count("/a"), ++expected) << at;
  }
}

TEST_F(CachedRegistryTest, GoesOnWhileItsCacheIsCleaned) {
  Run run(*registries_, cached());
  ASSERT_TRUE(run.packument("a"));
  EXPECT_EQ(cache_status(cache())->files, 1U);
  ASSERT_TRUE(clean_cache(cache()));
  EXPECT_EQ(cache_status(cache())->files, 0U);
  ASSERT_TRUE(run.packument("@s/b"));
  EXPECT_EQ(cache_status(cache())->files, 1U);
  ASSERT_TRUE(clean_cache(cache()));
  ASSERT_TRUE(clean_cache(cache()));
}

TEST_F(CachedRegistryTest, WorksWithACacheThatCannotBeWritten) {
  ASSERT_TRUE(os::write_file(cache(), "a file where the folder should be"));
  EXPECT_TRUE(ask("a", cached()));
}

}  // namespace
}  // namespace lpm::registry
