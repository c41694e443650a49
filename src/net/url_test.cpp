#include "net/url.h"

#include <gtest/gtest.h>

#include "net/net.h"

namespace lpm::net {
namespace {

TEST(Url, ShowsNeitherCredentialsNorQueryNorFragment) {
  EXPECT_EQ(without_credentials("https://registry.example/a?token=x#y"),
            "https://registry.example/a");
  EXPECT_EQ(without_credentials("https://user:pass@registry.example/@s%2fa"),
            "https://registry.example/@s%2fa");
  EXPECT_EQ(without_credentials("https://user:p@ss@registry.example"), "https://registry.example");
  EXPECT_EQ(without_credentials("https://user:p/ss@registry.example/a"),
            "https://registry.example/a");
  EXPECT_EQ(without_credentials("user:pass@registry.example:80/a"), "registry.example:80/a");
  EXPECT_EQ(without_credentials("http://[::1]:8080/@s/a"), "http://[::1]:8080/@s/a");
  EXPECT_EQ(without_credentials("http://registry.example:8080/@s/a"),
            "http://registry.example:8080/@s/a");
}

TEST(Url, ComparesOriginsWithDefaultPortAndCaseFoldedHost) {
  EXPECT_EQ(parse_target("https://Registry.Example/a")->origin,
            parse_target("https://registry.example:443/b")->origin);
  EXPECT_NE(parse_target("https://registry.example/")->origin,
            parse_target("http://registry.example/")->origin);
  EXPECT_NE(parse_target("https://registry.example/")->origin,
            parse_target("https://registry.example:8443/")->origin);
  EXPECT_EQ(parse_target("https://a:b@registry.example/")->origin,
            parse_target("https://registry.example/")->origin);
}

TEST(Url, KnowsTheHostThatCurlWouldConnectTo) {
  EXPECT_TRUE(parse_target("http://127.0.0.1:80/")->is_loopback);
  EXPECT_TRUE(parse_target("http://localhost/")->is_loopback);
  EXPECT_TRUE(parse_target("http://[::1]/")->is_loopback);
  EXPECT_FALSE(parse_target("http://127.0.0.1.evil.example/")->is_loopback);
  EXPECT_FALSE(parse_target("http://localhost@evil.example/")->is_loopback);
}

TEST(Url, RefusesOtherSchemesAndNonsense) {
  for (const char* url : {"file:///a", "ftp://a/", "", "registry.example/a", "http://",
                          "http://a b/", "http://a\r\nb/"}) {
    EXPECT_FALSE(parse_target(url)) << url;
  }
}

TEST(Url, ResolvesLocations) {
  EXPECT_EQ(resolve_location("http://a.example/x/y?q", "/z"), "http://a.example/z");
  EXPECT_EQ(resolve_location("http://a.example/x/y", "z"), "http://a.example/x/z");
  EXPECT_EQ(resolve_location("http://a.example/x", "//b.example/z"), "http://b.example/z");
  EXPECT_EQ(resolve_location("http://a.example/x", "https://b.example/z?q=1"),
            "https://b.example/z?q=1");
  const auto file = resolve_location("http://a.example/x", "file:///etc/passwd");
  EXPECT_FALSE(file && parse_target(*file));
}

}  // namespace
}  // namespace lpm::net
