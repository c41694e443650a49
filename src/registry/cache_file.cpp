#include "registry/cache_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/text.h"
#include "os/files.h"

namespace lpm::registry {
namespace {

constexpr std::uint32_t kMostText = 64 << 10;

std::string path_of(const std::string& folder, const CacheKey& key) {
  return folder + "/" + key.file_name();
}

}  // namespace

std::string CacheKey::file_name() const {
  const std::string key = text();
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(key.data(), key.size()));
  return to_hex(canonical.digest);
}

std::string metadata_folder(const std::string& cache_directory) {
  return cache_directory.empty() ? "" : cache_directory + "/metadata";
}

std::optional<CachedDocument> read_cached(const std::string& folder, const CacheKey& key) {
  if (folder.empty()) return std::nullopt;
  auto file = os::read_padded(path_of(folder, key));
  return file ? decode_cached(std::move(*file), key) : std::nullopt;
}

void write_cached(const std::string& folder, const CacheKey& key, Bytes image,
                  std::string_view etag, std::string_view last_modified, const CacheStamp& stamp) {
  if (folder.empty() || key.text().size() + etag.size() + last_modified.size() > kMostText) return;
  const std::string file = encode_cached(key, image, etag, last_modified, stamp);
  const std::string path = path_of(folder, key);
  if (os::write_file_atomic(path, file, os::Durability::None, 0600)) return;
  // The folder is not there yet, or was cleaned away at this moment.
  if (!os::make_directories(folder)) return;
  (void)os::write_file_atomic(path, file, os::Durability::None, 0600);
}

void restamp_cached(const std::string& folder, const CacheKey& key, const CacheStamp& stamp) {
  if (folder.empty()) return;
  const os::Fd fd(open(path_of(folder, key).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return;
  const off_t size = lseek(fd.get(), 0, SEEK_END);
  const auto stamp_at = size - static_cast<off_t>(kCacheTailSize);
  if (stamp_at < 0) return;
  const std::string bytes = encode_stamp(stamp);
  (void)!pwrite(fd.get(), bytes.data(), bytes.size(), stamp_at);
}

}  // namespace lpm::registry
