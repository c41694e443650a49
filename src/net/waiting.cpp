#include "net/waiting.h"

#include <algorithm>

namespace lpm::net {
namespace {

constexpr std::uint64_t kMostBuffered = 32ULL << 20;

std::unique_ptr<Transfer> take_front(std::deque<std::unique_ptr<Transfer>>& queue) {
  auto transfer = std::move(queue.front());
  queue.pop_front();
  return transfer;
}

}  // namespace

std::size_t& Load::of(Priority priority) {
  switch (priority) {
    case Priority::Metadata:
      return metadata;
    case Priority::Tarball:
      return tarballs;
    default:
      return background;
  }
}

void WaitingRequests::add(std::unique_ptr<Transfer> transfer) {
  switch (transfer->request().priority) {
    case Priority::Metadata:
      metadata_.push_back(std::move(transfer));
      return;
    case Priority::Tarball: {
      const Rank rank{UINT64_MAX - transfer->request().expected_size, ++arrivals_};
      tarballs_.emplace(rank, std::move(transfer));
      return;
    }
    case Priority::Background:
      background_.push_back(std::move(transfer));
      return;
  }
}

void WaitingRequests::add_first(std::unique_ptr<Transfer> transfer) {
  switch (transfer->request().priority) {
    case Priority::Metadata:
      metadata_.push_front(std::move(transfer));
      return;
    case Priority::Tarball:
      tarballs_.emplace(Rank{0, ++arrivals_}, std::move(transfer));
      return;
    case Priority::Background:
      background_.push_front(std::move(transfer));
      return;
  }
}

bool WaitingRequests::tarball_may_start(const Load& load) const {
  if (tarballs_.empty()) return false;
  if (load.tarballs == 0) return true;
  // The last quarter stays free for metadata that others wait for, and memory is bounded.
  if (load.tarballs >= slots_ - slots_ / 4) return false;
  return load.buffered + tarballs_.begin()->second->buffered_estimate() <= kMostBuffered;
}

std::unique_ptr<Transfer> WaitingRequests::take_tarball() {
  auto first = tarballs_.extract(tarballs_.begin());
  return std::move(first.mapped());
}

std::unique_ptr<Transfer> WaitingRequests::take(
    const Load& load, const std::function<bool(const Transfer&)>& has_room) {
  if (load.total() >= slots_) return nullptr;
  const bool tarball = tarball_may_start(load) && has_room(*tarballs_.begin()->second);
  const bool metadata = !metadata_.empty() && has_room(*metadata_.front());
  // Half of the slots are the tarballs': with metadata always first, a cold install would fetch in
  // two phases.
  if (metadata && !(tarball && load.metadata >= std::max<std::size_t>(1, slots_ / 2))) {
    return take_front(metadata_);
  }
  if (tarball) return take_tarball();
  const bool others_wait = !metadata_.empty() || !tarballs_.empty();
  if (others_wait || background_.empty() || !has_room(*background_.front())) return nullptr;
  return load.background < std::max<std::size_t>(1, slots_ / 2) ? take_front(background_) : nullptr;
}

}  // namespace lpm::net
