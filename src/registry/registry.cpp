#include "registry/registry.h"

#include <fmt/format.h>

#include "base/text.h"
#include "os/files.h"
#include "registry/cache_file.h"
#include "registry/client_state.h"
#include "registry/endpoint.h"
#include "registry/statuses.h"

namespace lpm::registry {
namespace {

// In the text: the parsed path has none left.
bool has_dot_segment(std::string_view url) {
  for (const std::string_view segment : split(url, '/')) {
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

bool has_tarball_shape(std::string_view url, const config::Url& parsed) {
  return url.ends_with(".tgz") && parsed.path.ends_with(".tgz") && parsed.query.empty() &&
         parsed.path.find("/-/") != std::string::npos && !has_dot_segment(url) &&
         url.find_first_of("#\\") == std::string_view::npos;
}

}  // namespace

RegistryClient::RegistryClient(const config::Registries& registries, net::Client& network,
                               WorkerPool& pool, RegistryOptions options)
    : state_(std::make_shared<State>(registries, network, pool, std::move(options))) {}

RegistryClient::~RegistryClient() {
  state_->close();
}

void RegistryClient::packument(const std::string& name, std::function<void(PackumentResult)> done,
                               IsEnough is_enough) {
  state_->ask(name, std::move(done), std::move(is_enough));
}

// ---- Tarballs ----

UrlVerdict RegistryClient::judge_tarball_url(std::string_view name, std::string_view url) const {
  const auto parsed = config::Url::parse(url);
  const auto registry = config::Url::parse(state_->registries.registry_for(name));
  if (!parsed || !registry) return UrlVerdict::Shape;
  const bool plain_allowed = parsed->is_loopback() || registry->scheme == "http";
  if (parsed->scheme != "https" && !(parsed->scheme == "http" && plain_allowed)) {
    return UrlVerdict::Scheme;
  }
  if (!has_tarball_shape(url, *parsed)) return UrlVerdict::Shape;
  return parsed->origin() == registry->origin() ? UrlVerdict::Usable : UrlVerdict::Origin;
}

bool RegistryClient::knows(std::string_view alias) const {
  return alias.empty() || state_->registries.has_own_registry(alias);
}

std::string RegistryClient::derived_tarball_url(std::string_view name,
                                                std::string_view version) const {
  const std::string_view base = name.substr(name.find('/') + 1);  // all of it when there is no `/`
  return fmt::format("{}{}/-/{}-{}.tgz", state_->registries.registry_for(name), name, base,
                     version);
}

void RegistryClient::tarball(TarballRequest request, std::uint64_t stream_from, Stream stream,
                             std::function<void(Result<net::Response>)> done) {
  if (state_->options.freshness == Freshness::Offline)
    return done(Error(ErrorCode::OFFLINE,
                      fmt::format("the tarball of `{}` is not in the store, and `--offline` was "
                                  "given",
                                  request.name))
                    .at(net::without_credentials(request.url))
                    .hint("run once without `--offline`"));
  ++state_->counters.tarball_requests;
  net::Request call = request_for(state_->registries, request.url);
  call.priority = net::Priority::Tarball;
  call.expected_size = request.expected_size;
  call.attempts_before = request.attempts_before;
  call.stream_from = stream_from;
  if (stream.piece) call.stream = state_->guarded(std::move(stream));
  Asked asked{fmt::format("the tarball of `{}`", request.name), call.url,
              !call.authorization.empty()};
  state_->network.submit(std::move(call), [state = state_, asked = std::move(asked),
                                           done = std::move(done)](Result<net::Response> response) {
    state->while_open([&] {
      const bool refused = response && response->status != 200;
      done(refused ? Result<net::Response>(status_error(*response, asked)) : std::move(response));
    });
  });
}

// ---- Counters ----

RegistryStatistics RegistryClient::statistics() const {
  const State::Counters& counters = state_->counters;
  return {counters.metadata_requests, counters.metadata_from_cache, counters.not_modified,
          counters.tarball_requests,  counters.shape_mismatch,      counters.scheme_mismatch,
          counters.origin_mismatch};
}

void RegistryClient::count(UrlVerdict verdict) {
  switch (verdict) {
    case UrlVerdict::Usable:
      return;
    case UrlVerdict::Scheme:
      ++state_->counters.scheme_mismatch;
      return;
    case UrlVerdict::Shape:
      ++state_->counters.shape_mismatch;
      return;
    case UrlVerdict::Origin:
      ++state_->counters.origin_mismatch;
      return;
  }
}

// ---- The cache as a whole ----

Result<CacheStatus> cache_status(const std::string& cache_directory) {
  const std::string folder = metadata_folder(cache_directory);
  CacheStatus status;
  if (!os::exists(folder)) return status;
  LPM_TRY_ASSIGN(const auto entries, os::list_directory(folder));
  for (const auto& entry : entries) {
    const os::FileStamp stamp = os::stamp_link(folder + "/" + entry.name);
    if (stamp.type != os::FileType::Regular) continue;
    ++status.files;
    status.bytes += stamp.size;
  }
  return status;
}

// Moved away in one step, so that a running install finds either a whole file or none; its writers
// make the folder again.
Status clean_cache(const std::string& cache_directory) {
  const std::string folder = metadata_folder(cache_directory);
  if (folder.empty() || !os::exists(folder)) return {};
  const std::string aside = folder + ".removed-" + os::unique_suffix();
  LPM_TRY(os::rename_path(folder, aside));
  return os::remove_tree(aside);
}

}  // namespace lpm::registry
