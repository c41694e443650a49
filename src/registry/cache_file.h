// The metadata cache on disk (docs/formats/metadata-cache.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"

namespace lpm::registry {

struct CacheKey {
  bool full_document = false;
  bool verified_tls = true;
  std::string credential = "anon";  // fingerprint
  std::string url;

  std::string text() const;
  std::string file_name() const;
};

struct CacheStamp {
  UnixNanoseconds fetched = 0;
  std::int64_t max_age_seconds = 0;
};

struct CachedDocument {
  PaddedBuffer image;
  std::string etag;
  std::string last_modified;
  std::optional<CacheStamp> stamp;  // nothing: age unknown
};

// The folder of the files below a cache directory.
std::string metadata_folder(const std::string& cache_directory);

// The bytes of a file, and what they say: nothing when they are damaged or belong to another key.
// The last kCacheTailSize of them begin with the stamp.
constexpr std::size_t kCacheTailSize = 80;
std::string encode_stamp(const CacheStamp& stamp);
std::string encode_cached(const CacheKey& key, Bytes image, std::string_view etag,
                          std::string_view last_modified, const CacheStamp& stamp);
std::optional<CachedDocument> decode_cached(PaddedBuffer file, const CacheKey& key);

// Nothing when there is no such file, it is damaged, or it belongs to another key.
std::optional<CachedDocument> read_cached(const std::string& folder, const CacheKey& key);
// Failure is silent: a cache that cannot be written is no reason to stop.
void write_cached(const std::string& folder, const CacheKey& key, Bytes image,
                  std::string_view etag, std::string_view last_modified, const CacheStamp& stamp);
// Renews the time of fetching in place.
void restamp_cached(const std::string& folder, const CacheKey& key, const CacheStamp& stamp);

bool is_fresh(const std::optional<CacheStamp>& stamp, UnixNanoseconds now);
// `max-age` of a Cache-Control header; 0 without one. Nothing when the answer must not be stored.
std::optional<std::int64_t> storable_seconds(std::string_view cache_control);

}  // namespace lpm::registry
