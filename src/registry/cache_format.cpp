#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "registry/cache_file.h"

namespace lpm::registry {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLeastAge = 5 * 60;
constexpr std::int64_t kMostAge = 24 * 60 * 60;
constexpr std::array<char, 8> kMagic = {'L', 'P', 'M', 'M', 'E', 'T', 'A', '1'};

struct StampBytes {
  std::int64_t fetched = 0;
  std::int64_t max_age = 0;
  std::uint64_t reserved = 0;
  std::uint64_t checksum = 0;
};
static_assert(sizeof(StampBytes) == 32);

struct Footer {
  std::uint64_t image_size = 0;
  std::uint32_t key_size = 0;
  std::uint32_t etag_size = 0;
  std::uint32_t last_modified_size = 0;
  std::uint32_t reserved = 0;
  std::uint64_t image_checksum = 0;
  std::uint64_t texts_checksum = 0;
  std::array<char, 8> magic = kMagic;

  std::uint64_t texts_size() const {
    return std::uint64_t{key_size} + etag_size + last_modified_size;
  }
};
static_assert(sizeof(Footer) == 48);
static_assert(kCacheTailSize == sizeof(StampBytes) + sizeof(Footer));

std::uint64_t checksum_of(const StampBytes& stamp) {
  return XXH3_64bits(&stamp, offsetof(StampBytes, checksum));
}

std::uint64_t checksum_of(std::string_view texts, const Footer& footer) {
  return XXH3_64bits_withSeed(&footer, offsetof(Footer, texts_checksum),
                              XXH3_64bits(texts.data(), texts.size()));
}

StampBytes packed(const CacheStamp& stamp) {
  StampBytes bytes{stamp.fetched, stamp.max_age_seconds, 0, 0};
  bytes.checksum = checksum_of(bytes);
  return bytes;
}

std::string_view raw(const auto& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::optional<CacheStamp> unpacked(const std::uint8_t* at) {
  StampBytes bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  if (bytes.checksum != checksum_of(bytes)) return std::nullopt;
  return CacheStamp{bytes.fetched, bytes.max_age};
}

// The footer of a file that is whole.
std::optional<Footer> checked_footer(Bytes file) {
  if (file.size() < kCacheTailSize) return std::nullopt;
  Footer footer;
  std::memcpy(&footer, file.data() + file.size() - sizeof footer, sizeof footer);
  if (footer.magic != kMagic) return std::nullopt;
  if (footer.image_size > file.size()) return std::nullopt;
  if (footer.image_size + footer.texts_size() + kCacheTailSize != file.size()) return std::nullopt;
  const std::string_view texts =
      as_text(file.subspan(footer.image_size, static_cast<std::size_t>(footer.texts_size())));
  if (footer.texts_checksum != checksum_of(texts, footer)) return std::nullopt;
  if (footer.image_checksum != XXH3_64bits(file.data(), footer.image_size)) return std::nullopt;
  return footer;
}

}  // namespace

std::string CacheKey::text() const {
  return fmt::format("{}\n{}\n{}\n{}", full_document ? "full" : "abbreviated",
                     verified_tls ? "verified" : "unverified", credential, url);
}

std::string encode_stamp(const CacheStamp& stamp) {
  return std::string(raw(packed(stamp)));
}

std::string encode_cached(const CacheKey& key, Bytes image, std::string_view etag,
                          std::string_view last_modified, const CacheStamp& stamp) {
  const std::string key_text = key.text();
  Footer footer;
  footer.image_size = image.size();
  footer.key_size = static_cast<std::uint32_t>(key_text.size());
  footer.etag_size = static_cast<std::uint32_t>(etag.size());
  footer.last_modified_size = static_cast<std::uint32_t>(last_modified.size());
  footer.image_checksum = XXH3_64bits(image.data(), image.size());

  std::string texts = key_text;
  texts.append(etag).append(last_modified);
  footer.texts_checksum = checksum_of(texts, footer);
  std::string file;
  file.reserve(image.size() + texts.size() + kCacheTailSize);
  file.append(as_text(image)).append(texts).append(raw(packed(stamp))).append(raw(footer));
  return file;
}

std::optional<CachedDocument> decode_cached(PaddedBuffer file, const CacheKey& key) {
  const auto footer = checked_footer(file.bytes());
  if (!footer) return std::nullopt;
  std::string_view texts = file.text().substr(footer->image_size);
  if (texts.substr(0, footer->key_size) != key.text()) return std::nullopt;
  CachedDocument document;
  document.etag = texts.substr(footer->key_size, footer->etag_size);
  document.last_modified =
      texts.substr(footer->key_size + footer->etag_size, footer->last_modified_size);
  document.stamp = unpacked(file.data() + file.size() - kCacheTailSize);
  file.resize(footer->image_size);
  document.image = std::move(file);
  return document;
}

bool is_fresh(const std::optional<CacheStamp>& stamp, UnixNanoseconds now) {
  if (!stamp || stamp->fetched > now) return false;
  const std::int64_t lifetime = std::clamp(stamp->max_age_seconds, kLeastAge, kMostAge);
  return (now - stamp->fetched) / kSecond < lifetime;
}

std::optional<std::int64_t> storable_seconds(std::string_view cache_control) {
  std::int64_t seconds = 0;
  const std::string lower = to_lower_ascii(cache_control);
  for (std::string_view directive : split(lower, ',')) {
    directive = trim(directive);
    if (directive == "no-store") return std::nullopt;
    if (!directive.starts_with("max-age=")) continue;
    const auto value = parse_decimal(directive.substr(8));
    seconds = static_cast<std::int64_t>(std::min<std::uint64_t>(value.value_or(0), kMostAge));
  }
  return seconds;
}

}  // namespace lpm::registry
