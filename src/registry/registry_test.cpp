#include "registry/registry_test_support.h"

namespace lpm::registry {
namespace {

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

// ---- Tarballs ----

TEST_F(RegistryTest, FetchesATarball) {
  Run run(*registries_, {});
  const auto answer = run.tarball("a", run.client.derived_tarball_url("a", "1.0.0"));
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->body.text(), registry_.tarball_bytes("a", "1.0.0"));
  EXPECT_EQ(run.client.statistics().tarball_requests, 1U);
}

TEST_F(RegistryTest, AsksForNoTarballWhenOffline) {
  Run run(*registries_, {.freshness = Freshness::Offline});
  const auto answer = run.tarball("a", run.client.derived_tarball_url("a", "1.0.0"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::OFFLINE);
  EXPECT_EQ(registry_.requests().size(), 0U);
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
