// What RegistryClient shares with its tasks on the pool and on the network thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "registry/cache_file.h"
#include "registry/registry.h"

namespace lpm::registry {

// One document on its way to those who asked for it.
struct DocumentFetch {
  std::string name;
  CacheKey key;
  net::Request request;
  bool had_credential = false;
  RegistryClient::IsEnough is_enough;  // may be empty
  // What the cache holds and the server may confirm.
  std::shared_ptr<const manifest::Packument> cached;
  std::string etag;
  std::string last_modified;
  net::BodyRepeats repeats;  // of bodies that are not what gzip or JSON is
};

struct RegistryClient::State : std::enable_shared_from_this<State> {
  using Done = std::function<void(PackumentResult)>;
  struct Counters {
    std::atomic<std::uint64_t> metadata_requests = 0;
    std::atomic<std::uint64_t> metadata_from_cache = 0;
    std::atomic<std::uint64_t> not_modified = 0;
    std::atomic<std::uint64_t> tarball_requests = 0;
    std::atomic<std::uint64_t> shape_mismatch = 0;
    std::atomic<std::uint64_t> scheme_mismatch = 0;
    std::atomic<std::uint64_t> origin_mismatch = 0;
  };

  State(const config::Registries& the_registries, net::Client& the_network, WorkerPool& the_pool,
        RegistryOptions the_options);

  // Joins the fetch of `name` that is under way, or starts one.
  void ask(const std::string& name, Done done, IsEnough is_enough);

  const config::Registries& registries;
  net::Client& network;
  WorkerPool& pool;
  const RegistryOptions options;
  const std::string folder;
  Counters counters;

  // Runs `action` unless the client has ended, which then waits until it is through: after close()
  // no task calls a `done` or touches pool or network.
  template <class Action>
  void while_open(const Action& action) {
    const std::shared_lock lock(gate_);
    if (!closed_) action();
  }
  void close();
  net::Request::Stream guarded(net::Request::Stream stream);

 private:
  using Fetch = std::shared_ptr<DocumentFetch>;
  Fetch plan(const std::string& name) const;
  void look_up(const Fetch& fetch);
  bool use_cache(DocumentFetch& fetch);
  void send(const Fetch& fetch);
  void hand_to_pool(const Fetch& fetch, const std::shared_ptr<Result<net::Response>>& response);
  void receive(const Fetch& fetch, Result<net::Response> response);
  void accept_document(const Fetch& fetch, net::Response& response);
  void confirm_cached(const Fetch& fetch, const net::Response& response);
  PackumentResult parse(const DocumentFetch& fetch, net::Response& response) const;
  void deliver(const std::string& name, const PackumentResult& result);

  std::shared_mutex gate_;
  std::atomic<bool> closed_ = false;
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<Done>> waiting_;
};

}  // namespace lpm::registry
