#include "ops/install/metadata_feed.h"

#include <chrono>

#include "ops/interrupt.h"

namespace lpm::ops::install {

void MetadataFeed::request(const std::string& name) {
  registry_.packument(name, [this, name](registry::PackumentResult result) {
    {
      const std::lock_guard lock(mutex_);
      arrivals_.push_back({name, std::move(result)});
    }
    arrived_.notify_one();
  });
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
