// The order in which requests start: metadata first in, first out; tarballs largest first;
// background last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "net/transfer.h"

namespace lpm::net {

// What runs now.
struct Load {
  std::size_t metadata = 0;
  std::size_t tarballs = 0;
  std::size_t background = 0;
  std::uint64_t buffered = 0;  // bytes of tarballs in memory
  std::size_t total() const { return metadata + tarballs + background; }
  std::size_t& of(Priority priority);
};

class WaitingRequests {
 public:
  explicit WaitingRequests(std::size_t slots) : slots_(slots) {}

  void add(std::unique_ptr<Transfer> transfer);
  // For a request that has waited its back-off: before all others of its class.
  void add_first(std::unique_ptr<Transfer> transfer);
  // The next to start under `load`, or nothing. `has_room` says whether its server takes one more.
  std::unique_ptr<Transfer> take(const Load& load,
                                 const std::function<bool(const Transfer&)>& has_room);
  bool empty() const { return metadata_.empty() && tarballs_.empty() && background_.empty(); }

 private:
  bool tarball_may_start(const Load& load) const;
  std::unique_ptr<Transfer> take_tarball();

  using Rank = std::pair<std::uint64_t, std::uint64_t>;  // size from the top, arrival
  const std::size_t slots_;
  std::uint64_t arrivals_ = 0;
  std::deque<std::unique_ptr<Transfer>> metadata_;
  std::map<Rank, std::unique_ptr<Transfer>> tarballs_;
  std::deque<std::unique_ptr<Transfer>> background_;
};

}  // namespace lpm::net
