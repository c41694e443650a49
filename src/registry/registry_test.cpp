#include "registry/registry.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/text.h"
#include "os/files.h"
#include "registry/cache_file.h"
#include "support/fake_registry.h"

namespace lpm::registry {
namespace {

using support::FakeRegistry;

class RegistryTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *os::make_temporary_directory(testing::TempDir(), "lpm-registry-");
    registry_.publish("a", "1.0.0").depends("b", "^1").file("index.js", "module.exports = 1");
    registry_.publish("@s/b", "2.0.0").file("index.js", "module.exports = 2");
    configure("");
  }
  void TearDown() override { ASSERT_TRUE(os::remove_tree(folder_)); }

  void configure(const std::string& npmrc) {
    ASSERT_TRUE(os::write_file(folder_ + "/.npmrc", "registry=" + registry_.url() + "\n" +
                                                        replace_all(npmrc, "ORIGIN", host())));
    config::ConfigSources sources;
    sources.home = folder_;
    sources.environment = {{"npm_config_globalconfig", folder_ + "/none"}};
    auto settings = config::Settings::load(sources);
    ASSERT_TRUE(settings) << settings.error().what;
    auto made = config::Registries::create(*settings);
    ASSERT_TRUE(made) << made.error().what;
    registries_.emplace(std::move(*made));
  }

  std::string host() const { return registry_.origin().substr(registry_.origin().find("//")); }
  std::string cache() const { return folder_ + "/cache"; }
  RegistryOptions cached(Freshness freshness = Freshness::Normal) const {
    return {.cache_directory = cache(), .freshness = freshness};
  }

  // A process of its own, as it were: nothing is left of it but the cache.
  struct Run {
    Run(const config::Registries& registries, RegistryOptions options)
        : network(quick()), pool(2), client(registries, network, pool, std::move(options)) {}
    static net::ClientOptions quick() {
      net::ClientOptions options;
      options.backoff_override_ms = 1;
      return options;
    }
    PackumentResult packument(const std::string& name) {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<PackumentResult> answer;
      client.packument(name, [&](PackumentResult result) {
        const std::lock_guard lock(mutex);
        answer.emplace(std::move(result));
        arrived.notify_one();
      });
      std::unique_lock lock(mutex);
      arrived.wait(lock, [&] { return answer.has_value(); });
      lock.unlock();
      pool.wait_idle();
      return std::move(*answer);
    }
    Result<net::Response> tarball(const std::string& name, const std::string& url,
                                  std::uint64_t stream_from = UINT64_MAX,
                                  net::Request::Stream stream = {}) {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<Result<net::Response>> answer;
      client.tarball({name, url, 0}, stream_from, std::move(stream),
                     [&](Result<net::Response> result) {
                       const std::lock_guard lock(mutex);
                       answer.emplace(std::move(result));
                       arrived.notify_one();
                     });
      std::unique_lock lock(mutex);
      arrived.wait(lock, [&] { return answer.has_value(); });
      return std::move(*answer);
    }
    net::Client network;
    WorkerPool pool;
    RegistryClient client;
  };

  PackumentResult ask(const std::string& name, RegistryOptions options = {}) {
    Run run(*registries_, std::move(options));
    return run.packument(name);
  }
  CacheKey key_of(const std::string& name) const { return {.url = registry_.url() + name}; }
  // As if the document had been fetched `seconds` ago.
  void age(const std::string& name, std::int64_t seconds) const {
    restamp_cached(metadata_folder(cache()), key_of(name),
                   {unix_now() - seconds * 1'000'000'000, 0});
  }

  std::string folder_;
  FakeRegistry registry_;
  std::optional<config::Registries> registries_;
};

std::string header_of(const support::HttpRequest& request, std::string_view name) {
  return support::header_value(request.headers, name);
}

TEST_F(RegistryTest, FetchesADocument) {
  const auto packument = ask("a");
  ASSERT_TRUE(packument) << packument.error().what;
  EXPECT_EQ((*packument)->name(), "a");
  EXPECT_EQ((*packument)->version_text(0), "1.0.0");
  const auto request = registry_.requests().at(0);
  EXPECT_EQ(header_of(request, "accept").substr(0, 35), "application/vnd.npm.install-v1+json");
  EXPECT_EQ(header_of(request, "accept-encoding"), "gzip");
  EXPECT_EQ(header_of(request, "authorization"), "");
}

TEST_F(RegistryTest, EncodesTheSlashOfAScopedName) {
  ASSERT_TRUE(ask("@s/b"));
  EXPECT_EQ(registry_.requests().at(0).target, "/@s%2fb");
}

TEST_F(RegistryTest, ReadsDocumentsWithAndWithoutGzip) {
  for (const bool gzip : {true, false}) {
    registry_.serve_gzip(gzip);
    EXPECT_TRUE(ask("a"));
  }
}

TEST_F(RegistryTest, AsksForFullDocumentsWhenToldTo) {
  const auto packument = ask("a", {.full_documents = true});
  ASSERT_TRUE(packument);
  EXPECT_EQ(header_of(registry_.requests().at(0), "accept"), "application/json");
  EXPECT_TRUE((*packument)->published(0));
}

TEST_F(RegistryTest, SharesOneFetchBetweenThoseWhoAskAtOnce) {
  registry_.fault("/a").delay(100);
  Run run(*registries_, {});
  std::atomic<int> answers = 0;
  for (int i = 0; i < 20; ++i) {
    run.client.packument("a", [&](PackumentResult result) { answers += result ? 1 : 100; });
  }
  while (answers < 20) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(answers, 20);
  EXPECT_EQ(registry_.count("/a"), 1U);
}

// ---- Refusals ----

TEST_F(RegistryTest, ReportsAnUnknownPackageAtOnce) {
  const auto packument = ask("missing");
  ASSERT_FALSE(packument);
  EXPECT_EQ(packument.error().code, ErrorCode::PACKAGE_NOT_FOUND);
  EXPECT_EQ(packument.error().what, "the registry does not know `missing`");
  EXPECT_EQ(packument.error().where, registry_.url() + "missing");
  EXPECT_EQ(registry_.count("/missing"), 1U);
}

TEST_F(RegistryTest, SaysHowToConfigureATokenWhenOneIsAskedFor) {
  registry_.require_token("good");
  auto packument = ask("a");
  ASSERT_FALSE(packument);
  EXPECT_EQ(packument.error().code, ErrorCode::AUTH_REQUIRED);
  ASSERT_EQ(packument.error().hints.size(), 1U);
  EXPECT_NE(packument.error().hints[0].find(host() + "/:_authToken=<token>"), std::string::npos);

  configure("ORIGIN/:_authToken=bad\n");
  packument = ask("a");
  ASSERT_FALSE(packument);
  EXPECT_NE(packument.error().what.find("refused the credential"), std::string::npos);
  EXPECT_EQ(packument.error().hints[0].find("bad"), std::string::npos);

  configure("ORIGIN/:_authToken=good\n");
  EXPECT_TRUE(ask("a"));
}

TEST_F(RegistryTest, NamesUrlAndStatusOfAnErrorAfterFourAttempts) {
  registry_.fault("/a").status(500);
  const auto packument = ask("a");
  ASSERT_FALSE(packument);
  EXPECT_EQ(packument.error().code, ErrorCode::HTTP_STATUS);
  EXPECT_NE(packument.error().what.find("500"), std::string::npos);
  EXPECT_EQ(packument.error().where, registry_.url() + "a");
  EXPECT_EQ(registry_.count("/a"), 4U);
}

TEST_F(RegistryTest, RefusesWhatIsNoDocumentOfThePackage) {
  registry_.fault("/a").garbage();
  registry_.fault("/gzip").corrupt_gzip();
  registry_.publish("gzip", "1.0.0");
  registry_.respond("/html", 200, "<html>log in first</html>");
  registry_.respond("/other", 200, R"({"name":"a","versions":{"1.0.0":{}},"dist-tags":{}})");
  registry_.respond("/encoded", 200, "x", {{"content-encoding", "br"}});
  for (const char* name : {"a", "gzip", "html", "other", "encoded"}) {
    const auto packument = ask(name, cached());
    ASSERT_FALSE(packument) << name;
    EXPECT_EQ(packument.error().code, ErrorCode::BAD_METADATA) << name;
    EXPECT_EQ(packument.error().where, registry_.url() + name);
  }
  EXPECT_EQ(cache_status(cache())->files, 0U);
}

TEST_F(RegistryTest, DropsWhatIsUnderWayWhenItEnds) {
  registry_.fault("/a").delay(200);
  std::atomic<bool> called = false;
  {
    Run run(*registries_, cached());
    run.client.packument("a", [&](PackumentResult) { called = true; });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_FALSE(called);
}

// ---- The cache ----

TEST_F(RegistryTest, AsksNothingWhileTheCacheIsFresh) {
  ASSERT_TRUE(ask("a", cached()));
  Run run(*registries_, cached());
  const auto packument = run.packument("a");
  ASSERT_TRUE(packument);
  EXPECT_EQ((*packument)->dependencies(0).at(0).name, "b");
  EXPECT_EQ((*packument)->tarball_url(0), run.client.derived_tarball_url("a", "1.0.0"));
  EXPECT_EQ(run.client.statistics().metadata_from_cache, 1U);
  EXPECT_EQ(registry_.count("/a"), 1U);
}

TEST_F(RegistryTest, RevalidatesWhatIsOldAndRemembersThatItDid) {
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

TEST_F(RegistryTest, TakesTheNewDocumentWhenTheOldOneIsOutOfDate) {
  ASSERT_TRUE(ask("a", cached()));
  age("a", 24 * 3600);
  registry_.publish("a", "1.1.0");
  EXPECT_EQ((*ask("a", cached()))->version_text(0), "1.1.0");
  EXPECT_EQ((*ask("a", cached(Freshness::Offline)))->version_text(0), "1.1.0");
}

TEST_F(RegistryTest, KeepsToTheFreshnessAskedFor) {
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

TEST_F(RegistryTest, OfflineWithoutACacheAsksNothing) {
  const auto packument = ask("a", {.freshness = Freshness::Offline});
  ASSERT_FALSE(packument);
  EXPECT_EQ(packument.error().code, ErrorCode::OFFLINE);
  EXPECT_EQ(registry_.requests().size(), 0U);
}

TEST_F(RegistryTest, ShowsOneCredentialsDocumentsToNoOther) {
  configure("ORIGIN/:_authToken=one\n");
  ASSERT_TRUE(ask("a", cached()));
  configure("ORIGIN/:_authToken=two\n");
  EXPECT_FALSE(ask("a", cached(Freshness::Offline)));
  configure("");
  EXPECT_FALSE(ask("a", cached(Freshness::Offline)));
  configure("ORIGIN/:_authToken=one\n");
  EXPECT_TRUE(ask("a", cached(Freshness::Offline)));
}

TEST_F(RegistryTest, KeepsNothingThatMustNotBeStored) {
  registry_.cache_control("no-store");
  ASSERT_TRUE(ask("a", cached()));
  EXPECT_EQ(cache_status(cache())->files, 0U);
}

TEST_F(RegistryTest, FetchesAgainWhatIsDamagedOnDisk) {
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

TEST_F(RegistryTest, GoesOnWhileItsCacheIsCleaned) {
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

TEST_F(RegistryTest, WorksWithACacheThatCannotBeWritten) {
  ASSERT_TRUE(os::write_file(cache(), "a file where the folder should be"));
  EXPECT_TRUE(ask("a", cached()));
}

// ---- Tarballs ----

TEST_F(RegistryTest, FetchesATarball) {
  Run run(*registries_, {});
  const auto answer = run.tarball("a", run.client.derived_tarball_url("a", "1.0.0"));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body.text(), registry_.tarball_bytes("a", "1.0.0"));
  EXPECT_EQ(run.client.statistics().tarball_requests, 1U);
}

TEST_F(RegistryTest, StreamsALargeTarball) {
  Run run(*registries_, {});
  std::string got;
  const auto answer =
      run.tarball("@s/b", run.client.derived_tarball_url("@s/b", "2.0.0"), 10,
                  {[&](PaddedBuffer piece) { got += piece.text(); }, [&] { got.clear(); }});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->streamed);
  EXPECT_EQ(got, registry_.tarball_bytes("@s/b", "2.0.0"));
}

TEST_F(RegistryTest, ReportsATarballThatIsNotThere) {
  Run run(*registries_, {});
  const auto answer = run.tarball("a", run.client.derived_tarball_url("a", "9.9.9"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::PACKAGE_NOT_FOUND);
  EXPECT_EQ(answer.error().what, "the registry does not know the tarball of `a`");
}

TEST_F(RegistryTest, SendsNoCredentialAfterARedirectToAnotherHost) {
  FakeRegistry other;
  other.publish("a", "1.0.0").file("index.js", "");
  const std::string path = registry_.tarball_path("a", "1.0.0");
  registry_.fault(path).redirect(other.origin() + path);
  configure("ORIGIN/:_authToken=good\n");
  Run run(*registries_, {});
  ASSERT_TRUE(run.tarball("a", run.client.derived_tarball_url("a", "1.0.0")));
  EXPECT_EQ(header_of(registry_.requests().back(), "authorization"), "Bearer good");
  EXPECT_EQ(header_of(other.requests().back(), "authorization"), "");
}

TEST(TarballUrls, AreUsedOnlyFromTheOriginAndInTheShapeOfTheRegistry) {
  const std::string folder = *os::make_temporary_directory(testing::TempDir(), "lpm-registry-");
  ASSERT_TRUE(os::write_file(
      folder + "/.npmrc",
      "registry=https://registry.example/npm/\n@s:registry=http://plain.example/\n"));
  config::ConfigSources sources;
  sources.home = folder;
  sources.environment = {{"npm_config_globalconfig", folder + "/none"}};
  const auto registries = *config::Registries::create(*config::Settings::load(sources));
  net::Client network{net::ClientOptions{}};
  WorkerPool pool(1);
  RegistryClient client(registries, network, pool, {});
  const auto judge = [&](const char* url) { return client.judge_tarball_url("a", url); };

  EXPECT_EQ(judge("https://registry.example/npm/a/-/a-1.0.0.tgz"), UrlVerdict::Usable);
  EXPECT_EQ(judge("https://REGISTRY.example:443/a/-/a-1.0.0.tgz"), UrlVerdict::Usable);
  for (const char* url : {"http://registry.example/a/-/a-1.0.0.tgz",
                          "ftp://registry.example/a/-/a.tgz", "file:///a/-/a.tgz"}) {
    EXPECT_NE(judge(url), UrlVerdict::Usable) << url;
  }
  EXPECT_EQ(judge("http://registry.example/a/-/a-1.0.0.tgz"), UrlVerdict::Scheme);
  for (const char* url :
       {"https://registry.example/a/-/a-1.0.0.zip", "https://registry.example/a/a-1.0.0.tgz",
        "https://registry.example/a/-/a.tgz?x=1", "https://registry.example/a/-/a?x=/-/a.tgz",
        "https://registry.example/a?/-/a.tgz", "https://registry.example/a#/-/a.tgz",
        "https://registry.example/a/-/../b.tgz", "https://user:x@registry.example/a/-/a.tgz", "",
        "https://registry.example\\@evil.example/a/-/a.tgz"}) {
    EXPECT_EQ(judge(url), UrlVerdict::Shape) << url;
  }
  for (const char* url : {"https://registry.example.evil.example/a/-/a.tgz",
                          "https://evil.example/registry.example/a/-/a.tgz",
                          "https://registry.example:8443/a/-/a.tgz", "http://127.0.0.1/a/-/a.tgz",
                          "http://localhost/a/-/a.tgz"}) {
    EXPECT_EQ(judge(url), UrlVerdict::Origin) << url;
  }
  EXPECT_EQ(judge("http://127.0.0.1.evil.example/a/-/a.tgz"), UrlVerdict::Scheme);
  EXPECT_EQ(client.judge_tarball_url("@s/b", "http://plain.example/@s/b/-/b-1.0.0.tgz"),
            UrlVerdict::Usable);
  EXPECT_EQ(client.judge_tarball_url("@s/b", "https://plain.example/@s/b/-/b-1.0.0.tgz"),
            UrlVerdict::Origin);

  EXPECT_EQ(client.derived_tarball_url("a", "1.0.0"),
            "https://registry.example/npm/a/-/a-1.0.0.tgz");
  EXPECT_EQ(client.derived_tarball_url("@s/b", "1.0.0"), "http://plain.example/@s/b/-/b-1.0.0.tgz");
  EXPECT_EQ(judge(client.derived_tarball_url("a", "1.0.0").c_str()), UrlVerdict::Usable);

  client.count(UrlVerdict::Shape);
  client.count(UrlVerdict::Usable);
  EXPECT_EQ(client.statistics().shape_mismatch, 1U);
  EXPECT_EQ(client.statistics().origin_mismatch, 0U);
  ASSERT_TRUE(os::remove_tree(folder));
}

}  // namespace
}  // namespace lpm::registry
