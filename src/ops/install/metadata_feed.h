// MetadataFeed: the registry client, and what reads other sources, as the resolver's
// MetadataSource.
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
#include "sources/sources.h"

namespace lpm::ops::install {

// By package name.
using LockedVersions = std::unordered_map<std::string, std::vector<std::string>>;

struct CacheTrust {
  LockedVersions locked;
  bool ask_anew = false;                     // every other document is confirmed by the registry
  Documents at_hand;                         // these are not asked for
  std::vector<std::string> lost_registries;  // see registry_drift.h
  // What archives at URLs must hold, by URL.
  std::unordered_map<std::string, crypto::Integrity> archives;
};

class MetadataFeed final : public resolver::MetadataSource {
 public:
  // `tick` is called now and then while next() waits. For a locked name a cached document that
  // holds those versions is good enough, however old: adding one package asks nothing about others.
  MetadataFeed(registry::RegistryClient& registry, sources::Client& sources,
               std::function<void()> tick, CacheTrust trust)
      : registry_(registry), sources_(sources), tick_(std::move(tick)), trust_(std::move(trust)) {}

  void request(const std::string& name) override;
  // INTERRUPTED for the asked name when a stop signal is pending.
  Arrival next() override;

 private:
  void request_source(const std::string& text);
  void deliver(Arrival arrival);

  registry::RegistryClient& registry_;
  sources::Client& sources_;
  std::function<void()> tick_;
  const CacheTrust trust_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Arrival> arrivals_;
};

}  // namespace lpm::ops::install
