// A fake registry, a configuration that names it, and clients like separate processes, for the
// tests of registry.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/text.h"
#include "os/files.h"
#include "registry/cache_file.h"
#include "registry/registry.h"
#include "support/fake_registry.h"

namespace lpm::registry {

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

inline std::string header_of(const support::HttpRequest& request, std::string_view name) {
  return support::header_value(request.headers, name);
}

}  // namespace lpm::registry
