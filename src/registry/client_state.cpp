#include "registry/client_state.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "formats/formats.h"
#include "registry/endpoint.h"
#include "registry/statuses.h"

namespace lpm::registry {
namespace {

constexpr std::int64_t kDocumentTimeoutMs = 120'000;
constexpr std::uint64_t kMostDocumentBytes = 512ULL << 20;
constexpr std::string_view kAbbreviated =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";
constexpr std::string_view kFull = "application/json";

Error bad_document(const DocumentFetch& fetch, std::string reason) {
  return Error(ErrorCode::BAD_METADATA,
               fmt::format("the registry's answer for `{}` is not a package document", fetch.name))
      .at(net::without_credentials(fetch.key.url))
      .fact("reason", std::move(reason));
}

Result<PaddedBuffer> decoded_body(const DocumentFetch& fetch, net::Response& response) {
  const std::string encoding = to_lower_ascii(response.header("content-encoding"));
  if (encoding.empty() || encoding == "identity") return std::move(response.body);
  if (encoding != "gzip" && encoding != "x-gzip") {
    return bad_document(fetch,
                        fmt::format("its encoding is `{}`, and gzip was asked for", encoding));
  }
  auto json = formats::decode_gzip_body(response.body.bytes(), kMostDocumentBytes);
  if (!json) return bad_document(fetch, json.error().what);
  response.body = PaddedBuffer();
  return json;
}

}  // namespace

RegistryClient::State::State(const config::Registries& the_registries, net::Client& the_network,
                             WorkerPool& the_pool, RegistryOptions the_options)
    : registries(the_registries),
      network(the_network),
      pool(the_pool),
      options(std::move(the_options)),
      folder(metadata_folder(options.cache_directory)) {}

void RegistryClient::State::close() {
  closed_ = true;
  const std::unique_lock wait_for_running(gate_);
}

net::Request::Stream RegistryClient::State::guarded(net::Request::Stream stream) {
  return {[self = shared_from_this(), piece = std::move(stream.piece)](PaddedBuffer bytes) {
            self->while_open([&] { piece(std::move(bytes)); });
          },
          [self = shared_from_this(), restart = std::move(stream.restart)] {
            self->while_open([&] {
              if (restart) restart();
            });
          }};
}

void RegistryClient::State::ask(const std::string& name, Done done, IsEnough is_enough) {
  {
    const std::lock_guard lock(mutex_);
    auto [entry, first] = waiting_.try_emplace(name);
    entry->second.push_back(std::move(done));
    if (!first) return;
  }
  Fetch fetch = plan(name);
  fetch->is_enough = std::move(is_enough);
  if (folder.empty() && options.freshness != Freshness::Offline) {
    send(fetch);
    return;
  }
  pool.post_front([self = shared_from_this(), fetch = std::move(fetch)] {
    self->while_open([&] { self->look_up(fetch); });
  });
}

RegistryClient::State::Fetch RegistryClient::State::plan(const std::string& name) const {
  auto fetch = std::make_shared<DocumentFetch>();
  fetch->name = name;
  fetch->key.url = document_url(registries, name);
  fetch->key.full_document = options.full_documents;
  fetch->request = request_for(registries, fetch->key.url);
  fetch->key.verified_tls = fetch->request.tls.strict;
  fetch->had_credential = !fetch->request.authorization.empty();
  if (fetch->had_credential) {
    fetch->key.credential = registries.credential_for(fetch->key.url)->fingerprint;
  }
  fetch->request.headers.emplace_back("Accept", options.full_documents ? kFull : kAbbreviated);
  fetch->request.headers.emplace_back("Accept-Encoding", "gzip");
  fetch->request.total_timeout_ms = kDocumentTimeoutMs;
  fetch->request.max_body = kMostDocumentBytes;
  return fetch;
}

// ---- On the pool: the cache ----

void RegistryClient::State::look_up(const Fetch& fetch) {
  if (use_cache(*fetch)) {
    ++counters.metadata_from_cache;
    deliver(fetch->name, fetch->cached);
    return;
  }
  if (options.freshness == Freshness::Offline) {
    deliver(fetch->name,
            Error(ErrorCode::OFFLINE,
                  fmt::format("`{}` is not in the cache, and `--offline` was given", fetch->name))
                .at(net::without_credentials(fetch->key.url))
                .hint("run once without `--offline`"));
    return;
  }
  send(fetch);
}

// Loads what the cache has; true when no request is needed.
bool RegistryClient::State::use_cache(DocumentFetch& fetch) {
  auto document = read_cached(folder, fetch.key);
  if (!document) return false;
  fetch.cached = manifest::Packument::from_image(std::move(document->image));
  if (fetch.cached && fetch.cached->name() != fetch.name) fetch.cached = nullptr;
  if (!fetch.cached) return false;
  fetch.etag = std::move(document->etag);
  fetch.last_modified = std::move(document->last_modified);
  switch (options.freshness) {
    case Freshness::Offline:
      return true;
    case Freshness::PreferOffline:
      return !fetch.is_enough || fetch.is_enough(*fetch.cached);
    case Freshness::Revalidate:
      return false;
    case Freshness::Normal:
      if (fetch.is_enough) return fetch.is_enough(*fetch.cached);
      break;
  }
  return is_fresh(document->stamp, unix_now());
}

// ---- The request ----

void RegistryClient::State::send(const Fetch& fetch) {
  ++counters.metadata_requests;
  if (fetch->cached && !fetch->etag.empty()) {
    fetch->request.headers.emplace_back("If-None-Match", fetch->etag);
  }
  if (fetch->cached && !fetch->last_modified.empty()) {
    fetch->request.headers.emplace_back("If-Modified-Since", fetch->last_modified);
  }
  network.submit(std::move(fetch->request),
                 [self = shared_from_this(), fetch](Result<net::Response> response) {
                   auto shared = std::make_shared<Result<net::Response>>(std::move(response));
                   self->while_open([&] { self->hand_to_pool(fetch, shared); });
                 });
}

void RegistryClient::State::hand_to_pool(const Fetch& fetch,
                                         const std::shared_ptr<Result<net::Response>>& response) {
  pool.post_front([self = shared_from_this(), fetch, response] {
    self->while_open([&] { self->receive(fetch, std::move(*response)); });
  });
}

// ---- On the pool: the answer ----

void RegistryClient::State::receive(const Fetch& fetch, Result<net::Response> response) {
  if (!response) {
    deliver(fetch->name,
            std::move(response).error().during(fmt::format("asking for `{}`", fetch->name)));
  } else if (response->status == 200) {
    accept_document(fetch, *response);
  } else if (response->status == 304 && fetch->cached) {
    confirm_cached(fetch, *response);
  } else {
    deliver(fetch->name, status_error(*response, {fmt::format("`{}`", fetch->name), fetch->key.url,
                                                  fetch->had_credential}));
  }
}

void RegistryClient::State::confirm_cached(const Fetch& fetch, const net::Response& response) {
  ++counters.not_modified;
  const auto seconds = storable_seconds(response.header("cache-control"));
  deliver(fetch->name, fetch->cached);
  restamp_cached(folder, fetch->key, {unix_now(), seconds.value_or(0)});
}

void RegistryClient::State::accept_document(const Fetch& fetch, net::Response& response) {
  const auto seconds = storable_seconds(response.header("cache-control"));
  auto etag = std::string(response.header("etag"));
  auto last_modified = std::string(response.header("last-modified"));
  fetch->repeats.attempts = response.attempts;
  const std::size_t size = response.body.size();
  PackumentResult packument = parse(*fetch, response);
  if (!packument && fetch->repeats.ask_again(std::to_string(size))) {
    fetch->request = std::move(plan(fetch->name)->request);
    fetch->request.attempts_before = fetch->repeats.attempts;
    send(fetch);
    return;
  }
  deliver(fetch->name, packument);
  if (!packument || !seconds || folder.empty()) return;
  // Behind everything that somebody waits for.
  pool.post([self = shared_from_this(), fetch, packument = *packument, etag = std::move(etag),
             last_modified = std::move(last_modified), stamp = CacheStamp{unix_now(), *seconds}] {
    write_cached(self->folder, fetch->key, packument->image(), etag, last_modified, stamp);
  });
}

PackumentResult RegistryClient::State::parse(const DocumentFetch& fetch,
                                             net::Response& response) const {
  LPM_TRY_ASSIGN(PaddedBuffer json, decoded_body(fetch, response));
  auto packument =
      manifest::Packument::parse(json, fetch.name, registries.registry_for(fetch.name));
  if (packument) return packument;
  Error error = std::move(packument).error();
  if (error.where.empty()) error.where = net::without_credentials(fetch.key.url);
  return error;
}

void RegistryClient::State::deliver(const std::string& name, const PackumentResult& result) {
  std::vector<Done> askers;
  {
    const std::lock_guard lock(mutex_);
    auto node = waiting_.extract(name);
    if (node) askers = std::move(node.mapped());
  }
  for (const Done& done : askers) {
    if (result) {
      done(*result);
    } else {
      done(Error(result.error()));
    }
  }
}

}  // namespace lpm::registry
