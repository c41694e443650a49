// FetchQueue: brings decided packages into the store while the resolver still works. One slot per
// (name, version or source): looked up in the store, else downloaded, verified, unpacked. Large
// tarballs are unpacked while they arrive.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "base/worker_pool.h"
#include "crypto/crypto.h"
#include "graph/graph.h"
#include "registry/registry.h"
#include "report/reporter.h"
#include "resolver/resolver.h"
#include "sources/sources.h"
#include "store/store.h"

namespace lpm::ops::install {

struct FetchWish {
  std::string name;
  std::string version;
  crypto::Integrity integrity;
  std::string tarball;         // "" : derived from registry, name and version
  std::uint64_t size = 0;      // unpacked bytes, for the order of downloads
  bool from_lockfile = false;  // the URL must be judged; a stale one is looked up again
  graph::Source source = {};
};
FetchWish wish_for(const graph::Package& package, bool from_lockfile);

struct FetchStatistics {
  std::uint64_t downloaded = 0;
  std::uint64_t from_store = 0;
  std::int64_t import_sum_ns = 0;
};

class FetchQueue final : public resolver::PickListener {
 public:
  FetchQueue(registry::RegistryClient& registry, sources::Client& sources, store::Store& store,
             WorkerPool& pool, bool allow_duplicate_entries)
      : registry_(registry),
        sources_(sources),
        store_(store),
        pool_(pool),
        allow_duplicate_entries_(allow_duplicate_entries) {}

  // Nothing new is begun afterwards; what the pool still runs ends by itself. See Supply for the
  // order of the end.
  void stop() { stopping_ = true; }

  // From the resolver's thread.
  void picked(const resolver::Pick& pick) override;
  void kept(const graph::Package& package, bool platform_admits) override;
  void want(FetchWish wish);

  // Waits for everything wanted so far, calling `tick` now and then. The error of the first package
  // in (name, version) order.
  Status wait(const std::function<void()>& tick);
  report::InstallProgress progress() const;
  // The entry of a package that was wanted; null otherwise. After wait().
  const store::Entry* entry(const graph::Package& package) const;
  // Fetches an entry anew whose files are gone.
  void refetch(FetchWish wish);
  FetchStatistics statistics() const;

 private:
  struct Slot;
  struct StreamState;
  store::ImportRequest import_request(const FetchWish& wish) const;
  using SlotPointer = std::shared_ptr<Slot>;

  void look_up(const SlotPointer& slot);
  void find_source(const SlotPointer& slot);
  void download(const SlotPointer& slot, const std::string& url);
  void imported(const SlotPointer& slot, Result<store::Entry> entry);
  void look_up_url(const SlotPointer& slot);
  void received(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream,
                Result<net::Response> response);
  void import_body(const SlotPointer& slot, const PaddedBuffer& body);
  void drain(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream);
  void schedule(const SlotPointer& slot, const std::shared_ptr<StreamState>& stream);
  void finish(const SlotPointer& slot, Result<store::Entry> result, bool downloaded);

  registry::RegistryClient& registry_;
  sources::Client& sources_;
  store::Store& store_;
  WorkerPool& pool_;
  const bool allow_duplicate_entries_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  using Key = std::pair<std::string, std::string>;
  static Key key_of(const std::string& name, const std::string& version,
                    const graph::Source& source);
  std::map<Key, SlotPointer, std::less<>> slots_;
  std::size_t pending_ = 0;
  FetchStatistics statistics_;
  std::uint64_t resolved_ = 0;
  std::atomic<bool> stopping_ = false;
};

}  // namespace lpm::ops::install
