// XXH3: finds damage, not an adversary. The library stays in one file.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/bytes.h"

namespace lpm::store {

struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const ContentHash&) const = default;
};

ContentHash hash_content(Bytes content);
std::uint64_t checksum_of(Bytes content);
// With a seed that differs in each process, so that nobody can prepare names that collide.
std::uint64_t hash_name(std::string_view name);

class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  void restart();
  void update(Bytes piece);
  ContentHash finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lpm::store
