// MetadataFeed: the registry client as the resolver's MetadataSource.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ops/install/install.h"
#include "registry/registry.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {

// By package name.
using LockedVersions = std::unordered_map<std::string, std::vector<std::string>>;

struct CacheTrust {
  LockedVersions locked;
  bool ask_anew = false;  // every other document is confirmed by the registry
  Documents at_hand;      // these are not asked for
};

class MetadataFeed final : public resolver::MetadataSource {
 public:
  // `tick` is called now and then while next() waits. For a locked name a cached document that
  // holds those versions is good enough, however old: adding one package asks nothing about others.
  MetadataFeed(registry::RegistryClient& registry, std::function<void()> tick, CacheTrust trust)
      : registry_(registry), tick_(std::move(tick)), trust_(std::move(trust)) {}

  void request(const std::string& name) override;
  // INTERRUPTED for the asked name when a stop signal is pending.
  Arrival next() override;

 private:
  void deliver(Arrival arrival);
  registry::RegistryClient& registry_;
  std::function<void()> tick_;
  const CacheTrust trust_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Arrival> arrivals_;
};

}  // namespace lpm::ops::install
