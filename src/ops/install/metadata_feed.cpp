#include "ops/install/metadata_feed.h"

#include <algorithm>
#include <chrono>

#include "ops/install/registry_drift.h"
#include "ops/interrupt.h"

namespace lpm::ops::install {

void MetadataFeed::request(const std::string& name) {
  if (name.find(':') != std::string::npos) return request_source(name);
  if (const auto known = trust_.at_hand.find(name); known != trust_.at_hand.end()) {
    deliver({name, known->second});
    return;
  }
  for (const std::string& alias : trust_.lost_registries)
    if (name.starts_with(alias + "/")) return deliver({name, lost_registry(alias, name)});
  registry::RegistryClient::IsEnough is_enough;
  if (const auto locked = trust_.locked.find(name); locked != trust_.locked.end()) {
    is_enough = [versions = locked->second](const manifest::Packument& packument) {
      return std::all_of(versions.begin(), versions.end(), [&](const std::string& version) {
        return packument.find_version(version).has_value();
      });
    };
  } else if (trust_.ask_anew) {
    is_enough = [](const manifest::Packument&) { return false; };
  }
  registry_.packument(
      name,
      [this, name](registry::PackumentResult result) {
        deliver({name, std::move(result)});
      },
      std::move(is_enough));
}

void MetadataFeed::request_source(const std::string& text) {
  sources::Wish wish{text, {}};
  if (const auto locked = trust_.archives.find(text); locked != trust_.archives.end())
    wish.integrity = locked->second;
  sources_.find(std::move(wish), [this, text](Result<sources::Found> found) {
    if (!found) return deliver({text, std::move(found).error()});
    deliver({text, std::move(found->packument), std::move(found->source)});
  });
}

void MetadataFeed::deliver(Arrival arrival) {
  {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(std::move(arrival));
  }
  arrived_.notify_one();
}

resolver::MetadataSource::Arrival MetadataFeed::next() {
  std::unique_lock lock(mutex_);
  while (!arrived_.wait_for(lock, kInterruptPoll, [this] { return !arrivals_.empty(); })) {
    if (std::optional<Error> stop = interruption()) return {"", std::move(*stop)};
    tick_();
  }
  Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  return arrival;
}

}  // namespace lpm::ops::install
