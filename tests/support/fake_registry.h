// FakeRegistry: an npm registry on loopback, filled in three lines, with a request log and faults
// on demand.
//
//   FakeRegistry registry;
//   registry.publish("a", "1.0.0").depends("b", "^1").file("index.js", "module.exports = 1");
//   registry.fault("/a/-/*").status(503).times(2);
//   ... run lpm with registry.url() ...
//   EXPECT_EQ(registry.count("/a"), 1);
//
// Serves abbreviated and full documents, tarballs with Range, ETags and gzip, over HTTP/1.1 and,
// after start_tls(), over TLS with HTTP/2. Everything may be changed while it runs. docs/testing.md
// has the same features as data.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/archive.h"
#include "support/fault.h"
#include "support/http_server.h"
#include "support/json_value.h"

namespace lpm::support {

struct PublishedVersion;
struct PublishedPackage;

// Fills one published version. Each call takes effect with the next request.
class PackageBuilder {
 public:
  PackageBuilder& depends(std::string_view name, std::string_view range);
  PackageBuilder& dev_depends(std::string_view name, std::string_view range);
  PackageBuilder& optional_depends(std::string_view name, std::string_view range);
  PackageBuilder& peer(std::string_view name, std::string_view range);
  PackageBuilder& optional_peer(std::string_view name, std::string_view range);
  PackageBuilder& bundles(
      std::string_view name);  // the file below node_modules/ is added with file()
  PackageBuilder& bin(std::string_view command, std::string_view path);
  PackageBuilder& os(std::initializer_list<std::string> names);
  PackageBuilder& cpu(std::initializer_list<std::string> names);
  PackageBuilder& libc(std::initializer_list<std::string> names);
  PackageBuilder& engines(std::string_view name, std::string_view range);
  PackageBuilder& script(std::string_view name, std::string_view command);
  PackageBuilder& deprecated(std::string_view message);
  PackageBuilder& published(std::string_view iso_time);
  PackageBuilder& manifest(const JsonValue& patch);  // into package.json and packument, JSON merge
  PackageBuilder& packument_only(
      const JsonValue& patch);  // into the version's packument entry alone
  PackageBuilder& package_json_only(const JsonValue& patch);
  PackageBuilder& attestations(JsonValue document);  // served, and named in `dist`

  PackageBuilder& file(std::string_view path, std::string_view content, unsigned mode = 0644);
  PackageBuilder& entry(TarEntry entry);  // as it is, after the files; name with its `package/`
  PackageBuilder& tarball(std::string bytes);  // these bytes instead of an archive of the files
  PackageBuilder& integrity(std::string_view text);  // instead of the true one
  PackageBuilder& shasum_only();                     // no dist.integrity
  PackageBuilder& no_hash();                         // neither

 private:
  friend class FakeRegistry;
  PackageBuilder(std::mutex& mutex, PublishedPackage& package, PublishedVersion& version)
      : mutex_(&mutex), package_(&package), version_(&version) {}
  PackageBuilder& depend(std::string_view section, std::string_view name, std::string_view range);
  std::mutex* mutex_;
  PublishedPackage* package_;
  PublishedVersion* version_;
};

class FakeRegistry {
 public:
  explicit FakeRegistry(int port = 0);
  ~FakeRegistry();
  FakeRegistry(const FakeRegistry&) = delete;
  FakeRegistry& operator=(const FakeRegistry&) = delete;

  // A new version moves `latest`, unless it is a prerelease or tag() was called for the package.
  PackageBuilder publish(std::string_view name, std::string_view version);
  void unpublish(std::string_view name, std::string_view version);
  void tag(std::string_view name, std::string_view tag, std::string_view version);
  void patch_packument(std::string_view name,
                       const JsonValue& patch);  // JSON merge into both documents
  // Any answer for one path, before packages are looked up: search, advisories, a raw packument ...
  void respond(std::string_view path, int status, std::string body, Headers headers = {});
  // `*` matches any text; the first that applies wins. Complete it before the next request comes.
  Fault& fault(std::string_view path_pattern);
  void clear_faults();
  void require_token(std::string_view token);  // 401 for every request without it

  void serve_etags(bool on);
  void serve_gzip(bool on);
  void serve_abbreviated(bool on);             // false: full documents whatever is asked for
  void cache_control(std::string_view value);  // of documents; "public, max-age=300" unless told
  void base_path(std::string_view path);       // "/npm": the registry lives below it
  void seed(std::uint64_t value);              // of random delays

  std::string url() const;  // "http://127.0.0.1:PORT/", with the base path
  std::string origin() const;
  // Also listens with TLS and HTTP/2 (`http2` false: HTTP/1.1 only); documents then name TLS
  // tarball URLs to those who ask over TLS.
  void start_tls(bool http2 = true);
  std::string tls_url() const;
  const std::string& ca_pem() const;

  // The log. Paths are percent-decoded and without query; patterns as in fault().
  std::vector<HttpRequest> requests() const;
  std::size_t count(std::string_view path_pattern, std::string_view method = "GET") const;
  void clear_log();
  std::string tarball_path(std::string_view name, std::string_view version) const;
  std::string tarball_bytes(std::string_view name, std::string_view version) const;
  std::string integrity_of(std::string_view name, std::string_view version) const;
  // Called for each request before it is answered; for programs that write the log elsewhere.
  void on_request(std::function<void(const HttpRequest&)> observer);

 private:
  struct State;
  HttpReply answer(const HttpRequest& request);
  std::unique_ptr<State> state_;
};

}  // namespace lpm::support
