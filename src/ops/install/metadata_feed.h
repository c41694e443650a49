// MetadataFeed: the registry client as the resolver's MetadataSource.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "registry/registry.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {

class MetadataFeed final : public resolver::MetadataSource {
 public:
  // `tick` is called now and then while next() waits.
  MetadataFeed(registry::RegistryClient& registry, std::function<void()> tick)
      : registry_(registry), tick_(std::move(tick)) {}

  void request(const std::string& name) override;
  // INTERRUPTED for the asked name when a stop signal is pending.
  Arrival next() override;

 private:
  registry::RegistryClient& registry_;
  std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Arrival> arrivals_;
};

}  // namespace lpm::ops::install
