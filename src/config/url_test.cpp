#include <gtest/gtest.h>

#include "config/registries.h"

namespace lpm::config {
namespace {

TEST(Url, ReadsEveryPart) {
  const auto url = Url::parse("HTTPS://Registry.Example:8443/a/b?x=1#y");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "registry.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query, "x=1");
  EXPECT_EQ(url->origin(), "https://registry.example:8443");
}

TEST(Url, FillsInTheDefaultPortAndPath) {
  EXPECT_EQ(Url::parse("http://a.example")->port, 80);
  EXPECT_EQ(Url::parse("https://a.example:/")->port, 443);
  EXPECT_EQ(Url::parse("https://a.example")->path, "/");
  EXPECT_EQ(Url::parse("https://a.example?q")->path, "/");
  EXPECT_EQ(Url::parse("https://a.example:443/x")->origin(), "https://a.example");
}

TEST(Url, ResolvesDotSegmentsHoweverTheyAreWritten) {
  EXPECT_EQ(Url::parse("https://a.example/x/../y")->path, "/y");
  EXPECT_EQ(Url::parse("https://a.example/x/%2e%2E/y")->path, "/y");
  EXPECT_EQ(Url::parse("https://a.example/x/.%2e/../../y/.")->path, "/y/");
  EXPECT_EQ(Url::parse("https://a.example/..")->path, "/");
  EXPECT_EQ(Url::parse("https://a.example/x//y/")->path, "/x//y/");
}

TEST(Url, RefusesWhatReadersDisagreeAbout) {
  for (const char* text :
       {"", "a.example", "//a.example/", "ftp://a.example/", "https://", "https:///x",
        "https://a b/", "https://a.example\\@evil.example/", "https://user:pw@a.example/",
        "https://a.example:0/", "https://a.example:65536/", "https://a.example:x/", "https://[::1/",
        "https://[x]/", "https://a%2eexample/", "https://a.example\n/", "https://.a.example/",
        "https://a:1:2/"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

TEST(Url, KnowsLoopbackByParsedHost) {
  EXPECT_TRUE(Url::parse("http://localhost:4873/")->is_loopback());
  EXPECT_TRUE(Url::parse("http://127.9.8.7/")->is_loopback());
  EXPECT_TRUE(Url::parse("http://[::1]:80/")->is_loopback());
  EXPECT_FALSE(Url::parse("http://127.0.0.1.evil.example/")->is_loopback());
  EXPECT_FALSE(Url::parse("http://localhost.evil.example/")->is_loopback());
  EXPECT_FALSE(Url::parse("http://128.0.0.1/")->is_loopback());
}

}  // namespace
}  // namespace lpm::config
