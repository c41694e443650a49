// An index file of the store with a right checksum and any content. Promises: it is absent, or all
// of it is in its bounds and written anew it says the same; with a wrong checksum it is absent; a
// part of one is told from damage. Inputs: up to 8 KiB (texts may overlap, so that what is read can
// be much larger).
#include <cstring>
#include <string>

#include "fuzz.h"
#include "store/content_hash.h"
#include "store/package_index.h"

namespace {

using lpm::fuzz::require;

constexpr std::size_t kMostBytes = 8U << 10;
// docs/formats/store.md
constexpr std::size_t kVersionAt = 8, kChecksumAt = 16, kLengthAt = 24, kHeaderSize = 200;

void seal(std::string& bytes) {
  if (bytes.size() < kHeaderSize) return;
  const std::uint32_t version = 1;
  const std::uint64_t length = bytes.size();
  bytes.replace(0, 8, "lpmindex");
  std::memcpy(bytes.data() + kVersionAt, &version, sizeof version);
  std::memcpy(bytes.data() + kLengthAt, &length, sizeof length);
  const std::uint64_t checksum = lpm::store::checksum_of(lpm::as_bytes(bytes).subspan(kLengthAt));
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof checksum);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::store;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  std::string bytes(lpm::fuzz::text_of(data, size));
  (void)parse_index(lpm::as_bytes(bytes));
  seal(bytes);
  const auto index = parse_index(lpm::as_bytes(bytes));
  if (!index) return 0;
  const std::string written = write_index(*index);
  const auto again = parse_index(lpm::as_bytes(written));
  require(again && write_index(*again) == written, "what is written is read");
  require(again->files.size() == index->files.size() && again->name == index->name,
          "what is written means the same");
  require(is_cut_short(std::string_view(written).substr(0, size % written.size())) &&
              !is_cut_short(written),
          "a part of an index is known for one");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  require(!parse_index(lpm::as_bytes(bytes)), "damage is noticed");
  return 0;
}
