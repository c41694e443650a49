// Removes what nothing needs. The caller holds the store lock exclusively.
#include <algorithm>

#include "os/os.h"
#include "store/layout.h"
#include "store/package_index.h"
#include "store/walk.h"

namespace lpm::store {
namespace {

bool has_other_links(const std::string& directory, const PackageIndex& index) {
  const auto folder = os::Directory::open(directory);
  if (!folder) return false;
  return std::any_of(index.files.begin(), index.files.end(), [&](const IndexedFile& file) {
    return folder->stamp_below(file.path.c_str()).links > 1;
  });
}

std::uint64_t size_of(const PackageIndex& index) {
  std::uint64_t bytes = 0;
  for (const IndexedFile& file : index.files) bytes += file.size;
  return bytes;
}

// Removes what has been set aside, now or by writers that lost a race or were killed.
Status empty_staging(const std::string& store_directory) {
  return os::remove_tree(staging_path(store_directory));
}

}  // namespace

Result<Store::Collected> Store::collect_garbage(
    const std::function<bool(const crypto::Sha512&)>& is_needed, bool dry_run) {
  Collected collected;
  LPM_TRY_ASSIGN(const auto shards, list_shards(directory_));
  for (const std::string& shard : shards) {
    LPM_TRY_ASSIGN(const auto entries, list_entries(shard));
    for (const FoundEntry& found : entries) {
      const auto index = load_index(index_path(found.directory));
      if (index && found.has_folder &&
          (is_needed(index->tarball_digest) || has_other_links(found.directory, *index))) {
        ++collected.kept;
        collected.kept_bytes += size_of(*index);
        continue;
      }
      ++collected.entries;
      collected.bytes += index ? size_of(*index) : 0;
      if (!dry_run) discard({found.directory, {}});
    }
  }
  if (!dry_run) LPM_TRY(empty_staging(directory_));
  return collected;
}

// By renames first: whatever moment this is killed at, no entry is left with half of its files.
Status Store::clean() {
  if (!os::exists(directory_)) return {};
  LPM_TRY_ASSIGN(const auto names, os::list_directory(directory_));
  for (const os::DirectoryEntry& found : names) {
    const std::string path = directory_ + "/" + found.name;
    if (path == staging_path(directory_)) continue;
    if (const int problem = set_aside(directory_, path))
      return system_error(problem, "cannot empty the store", path);
  }
  return os::remove_tree(directory_);
}

}  // namespace lpm::store
