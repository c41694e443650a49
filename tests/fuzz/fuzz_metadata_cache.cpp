// A file of the metadata cache and the packument image in it. Promises: what is written is read;
// damage at any one place is noticed; an image that is admitted answers every question within its
// bounds. An input is read as a file, and as an image whose magic and size are put right; its first
// bytes say where the file is damaged. Inputs: up to 32 KiB.
#include <algorithm>
#include <cstring>

#include "fuzz.h"
#include "manifest/packument_layout.h"
#include "packument_walk.h"
#include "registry/cache_file.h"

namespace {

using lpm::fuzz::require;
using namespace lpm::registry;
namespace image = lpm::manifest::image;

constexpr std::size_t kMostBytes = 32U << 10;

const CacheKey kKey{.url = "http://registry.example/pkg"};
constexpr CacheStamp kStamp{.fetched = 1'700'000'000'000'000'000, .max_age_seconds = 300};

std::string put_right(std::string_view text) {
  std::string bytes(text);
  image::Header header;
  if (bytes.size() < sizeof header) return bytes;
  std::memcpy(&header, bytes.data(), sizeof header);
  header.magic = image::kMagic;
  header.format = image::kFormat;
  header.total_size = image::offsets_of(header).total;
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

void check_image(const CachedDocument& document) {
  const auto packument =
      lpm::manifest::Packument::from_image(lpm::fuzz::padded(document.image.bytes()));
  if (packument == nullptr) return;
  (void)lpm::fuzz::everything_of(*packument);
  (void)lpm::manifest::pick_version(*packument, *lpm::semver::Range::parse("^1"), {});
  const auto again = lpm::manifest::Packument::from_image(lpm::fuzz::padded(packument->image()));
  require(again != nullptr, "the image is whole without what stands behind it");
}

// Writes four bytes of the input somewhere into the file.
void check_damage(std::string file, std::string_view text, const CachedDocument& whole) {
  if (text.size() < 6) return;
  const std::size_t place =
      static_cast<unsigned char>(text[0]) * 256U + static_cast<unsigned char>(text[1]);
  const std::string before = file;
  file.replace(file.size() - 4 - place % (file.size() - 4), 4, text.substr(2, 4));
  const auto read = decode_cached(lpm::fuzz::padded(lpm::as_bytes(file)), kKey);
  if (!read || file == before) return;
  require(!read->stamp, "damage is noticed");
  require(read->image.text() == whole.image.text() && read->etag == whole.etag &&
              read->last_modified == whole.last_modified,
          "a damaged stamp costs the age only");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  if (const auto read = decode_cached(lpm::fuzz::padded({data, size}), kKey)) check_image(*read);

  const std::string image = put_right(text);
  const std::string file =
      encode_cached(kKey, lpm::as_bytes(image), text.substr(0, 20), "Mon, 01 Jan 2024", kStamp);
  const auto read = decode_cached(lpm::fuzz::padded(lpm::as_bytes(file)), kKey);
  require(read && read->image.text() == image && read->etag == text.substr(0, 20) &&
              read->last_modified == "Mon, 01 Jan 2024" && read->stamp &&
              read->stamp->fetched == kStamp.fetched &&
              read->stamp->max_age_seconds == kStamp.max_age_seconds,
          "what is written is read");
  CacheKey other = kKey;
  other.credential = "0123456789abcdef";
  require(!decode_cached(lpm::fuzz::padded(lpm::as_bytes(file)), other),
          "a document belongs to one key");
  check_image(*read);
  check_damage(file, text, *read);
  (void)storable_seconds(text);
  return 0;
}
