// registry: package documents and tarballs of npm registries, over net, with the metadata cache on
// disk (docs/formats/metadata-cache.md). Owns endpoints, cache freshness, revalidation, tarball URL
// rules; must not know resolution policy. RegistryClient is thread-safe. Files:
// ~/.lpm/cache/metadata.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "config/config.h"
#include "manifest/manifest.h"
#include "net/net.h"

namespace lpm::registry {

enum class Freshness : std::uint8_t {
  Normal,         // cached within max-age is used, else revalidated
  PreferOffline,  // anything cached is used, the network only for what is missing
  Offline,        // the cache only; OFFLINE for what is missing
  Revalidate,     // always ask
};

struct RegistryOptions {
  std::string cache_directory;  // files go to `metadata` below it; "" turns the disk cache off
  Freshness freshness = Freshness::Normal;
  bool full_documents = false;  // ask for full documents (publish times, scripts)
};

using PackumentResult = Result<std::shared_ptr<const manifest::Packument>>;

struct RegistryStatistics {
  std::uint64_t metadata_requests = 0;
  std::uint64_t metadata_from_cache = 0;  // without a request
  std::uint64_t not_modified = 0;
  std::uint64_t tarball_requests = 0;
  // Tarball URLs of a lockfile that were not used (contract C.8).
  std::uint64_t shape_mismatch = 0;
  std::uint64_t scheme_mismatch = 0;
  std::uint64_t origin_mismatch = 0;
};

enum class UrlVerdict : std::uint8_t { Usable, Scheme, Shape, Origin };

class RegistryClient {
 public:
  // All references must outlive the client.
  RegistryClient(const config::Registries& registries, net::Client& network, WorkerPool& pool,
                 RegistryOptions options);
  // Waits for callbacks that run, and drops what is still under way: no `done` is called
  // afterwards. Not to be called by one of them.
  ~RegistryClient();
  RegistryClient(const RegistryClient&) = delete;
  RegistryClient& operator=(const RegistryClient&) = delete;

  // Delivers one packument by calling `done` once, on any thread. PACKAGE_NOT_FOUND, AUTH_REQUIRED,
  // HTTP_STATUS, NETWORK, BAD_METADATA, OFFLINE ...; the URL is in `where`. Requests for one name
  // at one time share one fetch. With `is_enough` that alone decides, instead of a cached
  // document's age, whether it is used without a request (Freshness::Normal and PreferOffline).
  using IsEnough = std::function<bool(const manifest::Packument&)>;
  void packument(const std::string& name, std::function<void(PackumentResult)> done,
                 IsEnough is_enough = nullptr);

  // https, or http on a loopback host or when the registry itself is http; ends in `.tgz`, contains
  // `/-/`, has the origin of the registry configured for `name`.
  UrlVerdict judge_tarball_url(std::string_view name, std::string_view url) const;
  // Whether a registry is configured under this alias ("@acme"); "" is the default one.
  bool knows(std::string_view alias) const;
  std::string derived_tarball_url(std::string_view name, std::string_view version) const;

  struct TarballRequest {
    std::string name;  // real name: decides registry and credential
    std::string url;
    std::uint64_t expected_size = 0;
    int attempts_before = 0;  // see net::Request
  };
  // Body pieces of large tarballs, on the network thread; `restart` says that all earlier pieces
  // are void.
  using Stream = net::Request::Stream;
  // `done` gets the whole body, or an empty one when it was streamed (bodies over `stream_from`
  // bytes). It runs on the network thread and must return at once. A status other than 200 is an
  // Error: AUTH_REQUIRED, HTTP_STATUS, or PACKAGE_NOT_FOUND for a tarball that is not there (a
  // stale URL). With Freshness::Offline OFFLINE at once, on the calling thread.
  void tarball(TarballRequest request, std::uint64_t stream_from, Stream stream,
               std::function<void(Result<net::Response>)> done);

  RegistryStatistics statistics() const;
  void count(UrlVerdict verdict);

 private:
  struct State;
  std::shared_ptr<State> state_;  // tasks on the pool and on the network hold it too
};

// The cache on disk, for `lpm cache`.
struct CacheStatus {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};
Result<CacheStatus> cache_status(const std::string& cache_directory);
Status clean_cache(const std::string& cache_directory);

}  // namespace lpm::registry
