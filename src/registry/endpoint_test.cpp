#include "registry/endpoint.h"

#include <gtest/gtest.h>

#include "registry/cache_file.h"

namespace lpm::registry {
namespace {

TEST(Endpoint, EscapesNamesAsRegistriesExpect) {
  EXPECT_EQ(escaped_name("left-pad"), "left-pad");
  EXPECT_EQ(escaped_name("@s/b.c_d~e"), "@s%2fb.c_d~e");
  EXPECT_EQ(escaped_name("a b?c#d%"), "a%20b%3Fc%23d%25");
  EXPECT_EQ(escaped_name("a@b"), "a%40b");
}

std::string proxy(const char* url, std::vector<std::string> no_proxy = {}) {
  config::ProxySettings settings;
  settings.http_proxy = "http://plain:1";
  settings.https_proxy = "http://secure:2";
  settings.no_proxy = std::move(no_proxy);
  return proxy_for(settings, *config::Url::parse(url));
}

TEST(Endpoint, ChoosesTheProxyOfTheScheme) {
  EXPECT_EQ(proxy("http://a.example/"), "http://plain:1");
  EXPECT_EQ(proxy("https://a.example/"), "http://secure:2");
}

TEST(Endpoint, GoesPastTheProxyWhereNoproxySays) {
  for (const char* rule : {"*", "a.example", ".example", "example", "*.example",
                           "x.example, A.Example", "a.example:443"}) {
    EXPECT_EQ(proxy("https://a.example/", {rule}), "") << rule;
  }
  for (const char* rule :
       {"", "b.example", "ample", "aa.example", "a.example:80", "a.example.org", ".", ","}) {
    EXPECT_EQ(proxy("https://a.example/", {rule}), "http://secure:2") << rule;
  }
  EXPECT_EQ(proxy("http://[::1]:80/", {"::1"}), "");
}

TEST(CacheFile, IsFreshForTheServersTimeWithinFiveMinutesAndADay) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t now = 1'700'000'000 * kSecond;
  const auto fresh = [&](std::int64_t age, std::int64_t max_age) {
    return is_fresh(CacheStamp{now - age * kSecond, max_age}, now);
  };
  EXPECT_TRUE(fresh(299, 0));
  EXPECT_FALSE(fresh(300, 0));
  EXPECT_TRUE(fresh(3599, 3600));
  EXPECT_FALSE(fresh(3600, 3600));
  EXPECT_FALSE(fresh(24 * 3600, INT64_MAX));
  EXPECT_FALSE(fresh(-10, 3600)) << "fetched in the future";
  EXPECT_FALSE(is_fresh(std::nullopt, now));
}

TEST(CacheFile, ReadsCacheControl) {
  EXPECT_EQ(storable_seconds("public, Max-Age=600"), 600);
  EXPECT_EQ(storable_seconds(""), 0);
  EXPECT_EQ(storable_seconds("max-age=x"), 0);
  EXPECT_EQ(storable_seconds("max-age=99999999999999999999"), 0);
  EXPECT_EQ(storable_seconds("private, no-store"), std::nullopt);
}

}  // namespace
}  // namespace lpm::registry
