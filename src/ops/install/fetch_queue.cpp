#include "ops/install/fetch_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "base/clock.h"
#include "ops/install/registry_drift.h"
#include "ops/interrupt.h"

namespace lpm::ops::install {
namespace {

// Bodies of at least this many bytes are unpacked while they arrive; smaller ones in one go.
constexpr std::uint64_t kStreamFrom = 2ULL << 20;

bool is_not_found(const Error& error) {
  return error.code == ErrorCode::PACKAGE_NOT_FOUND ||
         (error.code == ErrorCode::HTTP_STATUS && error.what.find("404") != std::string::npos);
}

Error during_fetch(Error error, const FetchWish& wish) {
  return std::move(error).during(fmt::format("while fetching `{}@{}`", wish.name, wish.version));
}

}  // namespace

FetchWish wish_for(const graph::Package& package, bool from_lockfile) {
  return {package.name, package.version, package.integrity, package.tarball,
          package.size, from_lockfile,   package.source};
}

struct FetchQueue::Slot {
  FetchWish wish;
  std::string url;  // of the last download
  net::BodyRepeats repeats;
  bool url_looked_up = false;
  std::optional<Result<store::Entry>> result;  // guarded by mutex_
};

// Pieces of one body on their way from the network thread to one worker at a time.
struct FetchQueue::StreamState {
  std::mutex mutex;
  std::deque<PaddedBuffer> pieces;
  bool scheduled = false;
  bool restarted = false;
  bool ended = false;
  std::optional<Error> network_error;
  std::optional<store::Store::StreamImport> import;  // touched by the scheduled worker only
  std::optional<Error> import_error;
};

store::ImportRequest FetchQueue::import_request(const FetchWish& wish) const {
  store::ImportRequest request;
  request.name = wish.name;
  request.version = wish.version;
  request.expected = wish.integrity;
  request.allow_conflicting_duplicates = allow_duplicate_entries_;
  return request;
}

void FetchQueue::picked(const resolver::Pick& pick) {
  {
    const std::lock_guard lock(mutex_);
    ++resolved_;
  }
  if (!pick.platform_admits) return;
  FetchWish wish;
  wish.name = pick.name;
  wish.version = pick.packument->version_text(pick.version);
  wish.integrity = pick.integrity;
  wish.tarball = pick.packument->tarball_url(pick.version);
  wish.size = pick.packument->unpacked_size(pick.version);
  wish.source = pick.source;
  want(std::move(wish));
}

void FetchQueue::kept(const graph::Package& package, bool platform_admits) {
  {
    const std::lock_guard lock(mutex_);
    ++resolved_;
  }
  if (platform_admits) want(wish_for(package, /*from_lockfile=*/true));
}

void FetchQueue::want(FetchWish wish) {
  SlotPointer slot;
  {
    const std::lock_guard lock(mutex_);
    auto [at, is_new] = slots_.try_emplace(key_of(wish.name, wish.version, wish.source));
    if (!is_new) return;
    at->second = std::make_shared<Slot>();
    slot = at->second;
    ++pending_;
  }
  slot->wish = std::move(wish);
  if (slot->wish.source.is_registry())
    look_up(slot);
  else
    find_source(slot);
}

void FetchQueue::refetch(FetchWish wish) {
  {
    const std::lock_guard lock(mutex_);
    slots_.erase(key_of(wish.name, wish.version, wish.source));
  }
  want(std::move(wish));
}

FetchQueue::Key FetchQueue::key_of(const std::string& name, const std::string& version,
                                   const graph::Source& source) {
  if (source.is_registry()) return {name, version};
  graph::Package package;
  package.source = source;
  package.version = version;
  return {name, package.source_text()};
}

// The package that came must be the one that was decided on: a lockfile may say anything, and a
// folder may have changed since.
void FetchQueue::find_source(const SlotPointer& slot) {
  const FetchWish& wish = slot->wish;
  sources_.find(sources::wish_for(wish.source, wish.integrity),
                [this, slot](Result<sources::Found> found) {
                  if (!found) return finish(slot, std::move(found).error(), true);
                  const FetchWish& asked = slot->wish;
                  const std::string name(found->packument->name());
                  const std::string version(found->packument->version_text(0));
                  if (name == asked.name && version == asked.version)
                    return finish(slot, std::move(found->entry), found->downloaded);
                  finish(slot,
                         Error(ErrorCode::IDENTITY_MISMATCH,
                               fmt::format("`{}` holds another package than lpm.lock says",
                                           net::without_credentials(asked.source.locator)))
                             .fact("locked", asked.name + "@" + asked.version)
                             .fact("inside", name + "@" + version)
                             .hint("run `lpm install` to lock it as it is now"),
                         true);
                });
}

void FetchQueue::look_up(const SlotPointer& slot) {
  pool_.post([this, slot] {
    if (stopping_) return;
    const FetchWish& wish = slot->wish;
    if (const std::optional<crypto::Sha512> digest = wish.integrity.sha512_digest()) {
      if (std::optional<store::Entry> entry = store_.find(*digest, wish.name, wish.version)) {
        finish(slot, std::move(*entry), /*downloaded=*/false);
        return;
      }
    }
    if (!registry_.knows(wish.source.locator))
      return finish(slot, lost_registry(wish.source.locator, wish.name), /*downloaded=*/false);
    if (wish.tarball.empty()) {
      download(slot, registry_.derived_tarball_url(wish.name, wish.version));
      return;
    }
    if (!wish.from_lockfile) {
      download(slot, wish.tarball);
      return;
    }
    const registry::UrlVerdict verdict = registry_.judge_tarball_url(wish.name, wish.tarball);
    registry_.count(verdict);
    if (verdict == registry::UrlVerdict::Usable)
      download(slot, wish.tarball);
    else
      look_up_url(slot);
  });
}

void FetchQueue::download(const SlotPointer& slot, const std::string& url) {
  if (stopping_) return;
  slot->url = url;
  auto stream = std::make_shared<StreamState>();
  registry::RegistryClient::Stream callbacks;
  callbacks.piece = [this, slot, stream](PaddedBuffer piece) {
    {
      const std::lock_guard lock(stream->mutex);
      stream->pieces.push_back(std::move(piece));
    }
    schedule(slot, stream);
  };
  callbacks.restart = [stream] {
    const std::lock_guard lock(stream->mutex);
    stream->pieces.clear();
    stream->restarted = true;
  };
  registry_.tarball({slot->wish.name, url, slot->wish.size, slot->repeats.attempts}, kStreamFrom,
                    std::move(callbacks), [this, slot, stream](Result<net::Response> response) {
                      received(slot, stream, std::move(response));
                    });
}

void FetchQueue::received(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream,
                          Result<net::Response> response) {
  const bool stale = !response && is_not_found(response.error()) && slot->wish.from_lockfile &&
                     !slot->url_looked_up;
  if (stale) {
    look_up_url(slot);
    return;
  }
  if (response) slot->repeats.attempts = response->attempts;
  if (response && !response->streamed) {
    auto body = std::make_shared<PaddedBuffer>(std::move(response->body));
    pool_.post([this, slot, body] { import_body(slot, *body); });
    return;
  }
  {
    const std::lock_guard lock(stream->mutex);
    stream->ended = true;
    if (!response) stream->network_error = std::move(response).error();
  }
  schedule(slot, stream);
}

// The registry's document knows the present URL of a version whose recorded one is unusable or
// gone.
void FetchQueue::look_up_url(const SlotPointer& slot) {
  if (stopping_) return;
  slot->url_looked_up = true;
  registry_.packument(slot->wish.name, [this, slot](registry::PackumentResult packument) {
    if (!packument) {
      finish(slot, std::move(packument).error(), false);
      return;
    }
    const std::optional<manifest::VersionIndex> version =
        (*packument)->find_version(slot->wish.version);
    if (!version) {
      finish(slot,
             Error(ErrorCode::NO_MATCHING_VERSION,
                   fmt::format("`{}@{}` is in lpm.lock, and the registry no longer has it",
                               slot->wish.name, slot->wish.version))
                 .hint(fmt::format("choose another version: `lpm install {}`", slot->wish.name)),
             false);
      return;
    }
    download(slot, (*packument)->tarball_url(*version));
  });
}

void FetchQueue::import_body(const SlotPointer& slot, const PaddedBuffer& body) {
  if (stopping_) return;
  const std::int64_t start = monotonic_now();
  Result<store::Entry> entry = store_.import_tarball(body.bytes(), import_request(slot->wish));
  {
    const std::lock_guard lock(mutex_);
    statistics_.import_sum_ns += monotonic_now() - start;
  }
  imported(slot, std::move(entry));
}

// Bytes that are not the expected ones are asked for again within the same number of attempts.
void FetchQueue::imported(const SlotPointer& slot, Result<store::Entry> entry) {
  if (entry) {
    finish(slot, std::move(entry), /*downloaded=*/true);
    return;
  }
  if (entry.error().code == ErrorCode::INTEGRITY &&
      slot->repeats.ask_again(store::received_hash(entry.error()))) {
    download(slot, slot->url);
    return;
  }
  Error error = std::move(entry).error();
  if (error.where.empty()) error.where = net::without_credentials(slot->url);
  finish(slot, std::move(error), /*downloaded=*/true);
}

void FetchQueue::schedule(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream) {
  {
    const std::lock_guard lock(stream->mutex);
    if (std::exchange(stream->scheduled, true)) return;
  }
  pool_.post([this, slot, stream] { drain(slot, stream); });
}

// Feeds what has arrived; the last call, after the end of the body, finishes the slot.
void FetchQueue::drain(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream) {
  if (stopping_) return;
  std::unique_lock lock(stream->mutex);
  while (true) {
    if (std::exchange(stream->restarted, false)) {
      stream->import.reset();
      stream->import_error.reset();
    }
    if (stream->pieces.empty()) break;
    const PaddedBuffer piece = std::move(stream->pieces.front());
    stream->pieces.pop_front();
    lock.unlock();
    if (!stream->import && !stream->import_error) {
      Result<store::Store::StreamImport> started = store_.start_import(import_request(slot->wish));
      if (started)
        stream->import.emplace(std::move(*started));
      else
        stream->import_error = std::move(started).error();
    }
    if (stream->import && !stream->import_error)
      if (Status fed = stream->import->feed(piece.bytes()); !fed)
        stream->import_error = std::move(fed).error();
    lock.lock();
  }
  stream->scheduled = false;
  if (!stream->ended) return;
  lock.unlock();
  if (stream->network_error) {
    stream->import.reset();
    finish(slot, std::move(*stream->network_error), true);
  } else if (stream->import_error) {
    stream->import.reset();
    imported(slot, std::move(*stream->import_error));
  } else if (stream->import) {
    imported(slot, stream->import->finish());
  } else {
    imported(slot, Error(ErrorCode::BAD_TARBALL, "the tarball is empty"));
  }
}

void FetchQueue::finish(const SlotPointer& slot, Result<store::Entry> result, bool downloaded) {
  const std::lock_guard lock(mutex_);
  if (result) ++(downloaded ? statistics_.downloaded : statistics_.from_store);
  slot->result = result ? std::move(result)
                        : Result<store::Entry>(during_fetch(std::move(result).error(), slot->wish));
  if (--pending_ == 0) changed_.notify_all();
}

report::InstallProgress FetchQueue::progress() const {
  const std::lock_guard lock(mutex_);
  report::InstallProgress progress;
  progress.resolved = std::max<std::uint64_t>(resolved_, slots_.size());
  progress.to_fetch = slots_.size() - statistics_.from_store;
  progress.fetched = statistics_.downloaded;
  return progress;
}

Status FetchQueue::wait(const std::function<void()>& tick) {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kInterruptPoll, [this] { return pending_ == 0; })) {
    if (std::optional<Error> stop = interruption()) return std::move(*stop);
    lock.unlock();
    tick();
    lock.lock();
  }
  for (const auto& [key, slot] : slots_)
    if (!*slot->result) return std::move(*slot->result).error();
  return {};
}

const store::Entry* FetchQueue::entry(const graph::Package& package) const {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find(key_of(package.name, package.version, package.source));
  if (at == slots_.end() || !at->second->result || !*at->second->result) return nullptr;
  return &**at->second->result;
}

FetchStatistics FetchQueue::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace lpm::ops::install
