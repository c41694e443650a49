#include "support/fake_registry.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <deque>
#include <map>

#include "support/published.h"

namespace lpm::support {
namespace {

constexpr std::string_view kAbbreviatedType = "application/vnd.npm.install-v1+json";

HttpReply plain_reply(int status, std::string body) {
  return {
      .status = status, .headers = {{"content-type", "application/json"}}, .body = std::move(body)};
}

bool accepts(const HttpRequest& request, std::string_view header, std::string_view word) {
  return header_value(request.headers, header).find(word) != std::string::npos;
}

// "2024-01-01T00:00:00.000Z" as HTTP writes dates.
std::string http_date(const std::string& iso) {
  std::tm time{};
  std::sscanf(iso.c_str(), "%d-%d-%dT%d:%d:%d", &time.tm_year, &time.tm_mon, &time.tm_mday,
              &time.tm_hour, &time.tm_min, &time.tm_sec);
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  timegm(&time);  // fills the day of the week
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &time);
  return text;
}

}  // namespace

struct FakeRegistry::State {
  mutable std::mutex mutex;
  std::map<std::string, PublishedPackage, std::less<>> packages;
  std::map<std::string, HttpReply, std::less<>> responses;
  std::deque<Fault> faults;
  std::string token;
  bool etags = true;
  bool gzip = true;
  bool abbreviated = true;
  std::string cache_control = "public, max-age=300";
  std::string base_path;
  std::mt19937_64 random{1};
  std::vector<HttpRequest> log;
  std::function<void(const HttpRequest&)> observer;
  std::unique_ptr<TlsIdentity> identity;
  std::unique_ptr<HttpServer> plain;  // last: stopped before what they use
  std::unique_ptr<HttpServer> secure;

  template <class T, class U>
  void set(T& option, U&& value) {
    std::lock_guard lock(mutex);
    option = std::forward<U>(value);
  }
  HttpReply reply_to(const HttpRequest& request, std::string_view path, bool ignore_range);
  HttpReply document(const HttpRequest& request, PublishedPackage& package);
  HttpReply tarball(const HttpRequest& request, PublishedVersion& version, bool ignore_range);
  void add_validators(const HttpRequest& request, HttpReply& reply, const std::string& time);
};

FakeRegistry::FakeRegistry(int port) : state_(std::make_unique<State>()) {
  state_->plain = std::make_unique<HttpServer>([this](const HttpRequest& r) { return answer(r); },
                                               nullptr, port);
}

FakeRegistry::~FakeRegistry() = default;

PackageBuilder FakeRegistry::publish(std::string_view name, std::string_view version) {
  std::lock_guard lock(state_->mutex);
  PublishedPackage& package = state_->packages[std::string(name)];
  package.name = name;
  PublishedVersion* entry = package.find(version);
  if (entry == nullptr)
    entry = package.versions.emplace_back(std::make_unique<PublishedVersion>()).get();
  *entry = {};
  entry->name = name;
  entry->version = version;
  entry->manifest["name"] = name;
  entry->manifest["version"] = version;
  bool prerelease = version.find('-') != std::string_view::npos;
  if (!package.tagged_by_hand && (!prerelease || !package.tags.has("latest")))
    package.tags["latest"] = version;
  return {state_->mutex, package, *entry};
}

void FakeRegistry::unpublish(std::string_view name, std::string_view version) {
  std::lock_guard lock(state_->mutex);
  std::erase_if(state_->packages[std::string(name)].versions,
                [&](const auto& v) { return v->version == version; });
}

void FakeRegistry::tag(std::string_view name, std::string_view tag, std::string_view version) {
  std::lock_guard lock(state_->mutex);
  PublishedPackage& package = state_->packages[std::string(name)];
  package.name = name;
  package.tags[tag] = version;
  if (tag == "latest") package.tagged_by_hand = true;
}

void FakeRegistry::patch_packument(std::string_view name, const JsonValue& patch) {
  std::lock_guard lock(state_->mutex);
  PublishedPackage& package = state_->packages[std::string(name)];
  package.name = name;
  package.packument_patch.merge_patch(patch);
}

void FakeRegistry::respond(std::string_view path, int status, std::string body, Headers headers) {
  std::lock_guard lock(state_->mutex);
  HttpReply reply = plain_reply(status, std::move(body));
  if (!headers.empty()) reply.headers = std::move(headers);
  state_->responses[std::string(path)] = std::move(reply);
}

Fault& FakeRegistry::fault(std::string_view path_pattern) {
  std::lock_guard lock(state_->mutex);
  return state_->faults.emplace_back(path_pattern, state_->mutex);
}

void FakeRegistry::clear_faults() {
  std::lock_guard lock(state_->mutex);
  state_->faults.clear();
}

void FakeRegistry::require_token(std::string_view token) {
  fault("*").unless_token(token);
}

void FakeRegistry::serve_etags(bool on) {
  state_->set(state_->etags, on);
}
void FakeRegistry::serve_gzip(bool on) {
  state_->set(state_->gzip, on);
}
void FakeRegistry::serve_abbreviated(bool on) {
  state_->set(state_->abbreviated, on);
}
void FakeRegistry::cache_control(std::string_view value) {
  state_->set(state_->cache_control, value);
}
void FakeRegistry::base_path(std::string_view path) {
  state_->set(state_->base_path, path);
}
void FakeRegistry::seed(std::uint64_t value) {
  state_->set(state_->random, std::mt19937_64(value));
}

std::string FakeRegistry::origin() const {
  return state_->plain->origin();
}
std::string FakeRegistry::url() const {
  return origin() + state_->base_path + "/";
}

void FakeRegistry::start_tls(bool http2) {
  state_->identity = std::make_unique<TlsIdentity>(http2);
  state_->secure = std::make_unique<HttpServer>([this](const HttpRequest& r) { return answer(r); },
                                                state_->identity.get());
}

std::string FakeRegistry::tls_url() const {
  return state_->secure->origin() + state_->base_path + "/";
}
const std::string& FakeRegistry::ca_pem() const {
  return state_->identity->certificate_pem();
}

std::vector<HttpRequest> FakeRegistry::requests() const {
  std::lock_guard lock(state_->mutex);
  return state_->log;
}

std::size_t FakeRegistry::count(std::string_view path_pattern, std::string_view method) const {
  std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(
      std::count_if(state_->log.begin(), state_->log.end(), [&](const HttpRequest& r) {
        return r.method == method && matches_pattern(path_pattern, r.path);
      }));
}

void FakeRegistry::clear_log() {
  std::lock_guard lock(state_->mutex);
  state_->log.clear();
}

void FakeRegistry::on_request(std::function<void(const HttpRequest&)> observer) {
  std::lock_guard lock(state_->mutex);
  state_->observer = std::move(observer);
}

std::string FakeRegistry::tarball_path(std::string_view name, std::string_view version) const {
  return state_->base_path + "/" + std::string(name) + "/-/" + tarball_file_name(name, version);
}

std::string FakeRegistry::tarball_bytes(std::string_view name, std::string_view version) const {
  std::lock_guard lock(state_->mutex);
  return tarball_of(*state_->packages.find(name)->second.find(version));
}

std::string FakeRegistry::integrity_of(std::string_view name, std::string_view version) const {
  return sha512_integrity(tarball_bytes(name, version));
}

HttpReply FakeRegistry::answer(const HttpRequest& request) {
  std::lock_guard lock(state_->mutex);
  state_->log.push_back(request);
  if (state_->observer) state_->observer(request);
  std::string_view path = request.path;
  if (!path.starts_with(state_->base_path))
    return plain_reply(404, R"({"error": "outside the registry"})");
  path.remove_prefix(state_->base_path.size());
  for (Fault& fault : state_->faults) {
    if (!fault.take(request)) continue;
    HttpReply reply = state_->reply_to(request, path, fault.ignores_range());
    fault.apply(reply, state_->random);
    return reply;
  }
  return state_->reply_to(request, path, false);
}

// Paths: "/name", "/@scope/name", "/name/version", "/name/-/file.tgz", "/-/...".
HttpReply FakeRegistry::State::reply_to(const HttpRequest& request, std::string_view path,
                                        bool ignore_range) {
  if (auto fixed = responses.find(path); fixed != responses.end()) return fixed->second;
  if (path == "/-/ping") return plain_reply(200, "{}");
  if (request.method == "PUT") return plain_reply(201, R"({"ok": true})");
  path.remove_prefix(std::min<std::size_t>(path.size(), 1));
  if (constexpr std::string_view kAttestations = "-/npm/v1/attestations/";
      path.starts_with(kAttestations)) {
    path.remove_prefix(kAttestations.size());
    auto package = packages.find(path.substr(0, path.rfind('@')));
    PublishedVersion* version = package == packages.end()
                                    ? nullptr
                                    : package->second.find(path.substr(path.rfind('@') + 1));
    bool known = version != nullptr && !version->attestations.is_null();
    return known ? plain_reply(200, version->attestations.dump()) : plain_reply(404, "{}");
  }
  std::size_t name_end = path.find('/', path.starts_with("@") ? path.find('/') + 1 : 0);
  auto package = packages.find(path.substr(0, name_end));
  if (package == packages.end()) return plain_reply(404, R"({"error": "Not found"})");
  if (name_end == std::string_view::npos) return document(request, package->second);
  std::string_view rest = path.substr(name_end + 1);
  if (!rest.starts_with("-/")) {
    PublishedVersion* version = package->second.find(
        package->second.tags.has(rest) ? package->second.tags.at(rest).text() : std::string(rest));
    if (version == nullptr) return plain_reply(404, R"({"error": "version not found"})");
    return plain_reply(200, version_document(*version, request.origin + base_path + "/").dump());
  }
  for (const auto& version : package->second.versions)
    if (tarball_file_name(version->name, version->version) == rest.substr(2))
      return tarball(request, *version, ignore_range);
  return plain_reply(404, R"({"error": "no such file"})");
}

void FakeRegistry::State::add_validators(const HttpRequest& request, HttpReply& reply,
                                         const std::string& time) {
  if (!etags) return;
  std::string etag = '"' + sha1_hex(reply.body).substr(0, 20) + '"';
  reply.headers.emplace_back("etag", etag);
  reply.headers.emplace_back("last-modified", http_date(time));
  std::string known = header_value(request.headers, "if-none-match");
  bool same = known.empty() ? header_value(request.headers, "if-modified-since") == http_date(time)
                            : known.find(etag) != std::string::npos;
  if (!same) return;
  reply.status = 304;
  reply.body.clear();
}

HttpReply FakeRegistry::State::document(const HttpRequest& request, PublishedPackage& package) {
  bool wants_short = abbreviated && accepts(request, "accept", kAbbreviatedType);
  HttpReply reply;
  reply.body = document_of(package, wants_short ? DocumentKind::Abbreviated : DocumentKind::Full,
                           request.origin + base_path + "/");
  reply.headers = {
      {"content-type", wants_short ? std::string(kAbbreviatedType) : "application/json"},
      {"vary", "accept, accept-encoding"}};
  if (!cache_control.empty()) reply.headers.emplace_back("cache-control", cache_control);
  std::string newest;
  for (const auto& version : package.versions) newest = std::max(newest, version->time);
  add_validators(request, reply, newest);
  if (reply.status == 200 && gzip && accepts(request, "accept-encoding", "gzip")) {
    reply.body = support::gzip(reply.body);
    reply.headers.emplace_back("content-encoding", "gzip");
  }
  return reply;
}

HttpReply FakeRegistry::State::tarball(const HttpRequest& request, PublishedVersion& version,
                                       bool ignore_range) {
  HttpReply reply;
  reply.body = tarball_of(version);
  reply.headers = {{"content-type", "application/octet-stream"}, {"accept-ranges", "bytes"}};
  add_validators(request, reply, version.time);
  std::string range = header_value(request.headers, "range");
  std::string only_if = header_value(request.headers, "if-range");
  bool unchanged = only_if.empty() || only_if == header_value(reply.headers, "etag") ||
                   only_if == header_value(reply.headers, "last-modified");
  unsigned long long first = 0, last = 0;
  int fields = std::sscanf(range.c_str(), "bytes=%llu-%llu", &first, &last);
  if (ignore_range || reply.status != 200 || fields < 1 || !unchanged) return reply;
  std::size_t size = reply.body.size();
  if (first >= size) {
    reply.headers.emplace_back("content-range", "bytes */" + std::to_string(size));
    reply.status = 416;
    reply.body.clear();
    return reply;
  }
  if (fields < 2 || last >= size) last = size - 1;
  reply.status = 206;
  reply.headers.emplace_back(
      "content-range",
      "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size));
  reply.body = reply.body.substr(first, last - first + 1);
  return reply;
}

}  // namespace lpm::support
