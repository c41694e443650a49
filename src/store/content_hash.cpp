#include "store/content_hash.h"

#include <xxhash.h>

#include <random>

namespace lpm::store {

struct ContentHasher::State {
  XXH3_state_t xxh;
};

ContentHash hash_content(Bytes content) {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  return {hash.low64, hash.high64};
}

std::uint64_t checksum_of(Bytes content) {
  return XXH3_64bits(content.data(), content.size());
}

std::uint64_t hash_name(std::string_view name) {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
  }();
  return XXH3_64bits_withSeed(name.data(), name.size(), seed);
}

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) {
  restart();
}
ContentHasher::~ContentHasher() = default;

void ContentHasher::restart() {
  XXH3_128bits_reset(&state_->xxh);
}

void ContentHasher::update(Bytes piece) {
  XXH3_128bits_update(&state_->xxh, piece.data(), piece.size());
}

ContentHash ContentHasher::finish() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(&state_->xxh);
  return {hash.low64, hash.high64};
}

}  // namespace lpm::store
