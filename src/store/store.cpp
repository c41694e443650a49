#include "store/store.h"

#include <cerrno>

#include "os/os.h"
#include "store/layout.h"
#include "store/package_index.h"
#include "store/staged_entry.h"

namespace lpm::store {
namespace {

// The folder of any entry of a digest, whatever its name.
std::optional<std::string> search_entry(const std::string& shard, const crypto::Sha512& digest) {
  const auto names = os::list_directory(shard);
  if (!names) return std::nullopt;
  const std::string prefix = entry_prefix(digest);
  for (const os::DirectoryEntry& found : *names) {
    if (found.name.starts_with(prefix) && found.name.ends_with(kIndexSuffix))
      return shard + "/" + found.name.substr(0, found.name.size() - kIndexSuffix.size());
  }
  return std::nullopt;
}

// Says in the index that the files were looked at in this boot. When that fails they are looked at
// again.
void restamp(const std::string& store_directory, Entry& entry) {
  entry.index.boot_id = os::boot_id();
  if (entry.index.boot_id.empty()) return;
  const auto staged = stage_index(store_directory, entry.index);
  if (!staged) return;
  [[maybe_unused]] const Status renamed = os::rename_path(*staged, index_path(entry.directory));
}

}  // namespace

Store::Store(std::string directory, ImportLimits limits)
    : directory_(std::move(directory)), limits_(limits) {}

std::optional<Entry> Store::find(const crypto::Sha512& digest, std::string_view name,
                                 std::string_view version) {
  const std::string shard = directory_ + "/" + shard_of(digest);
  std::optional<std::string> folder = shard + "/" + entry_name(digest, name, version);
  if (name.empty() || version.empty()) folder = search_entry(shard, digest);
  if (!folder) return std::nullopt;
  auto index = load_index(index_path(*folder));
  if (!index || index->tarball_digest != digest) return std::nullopt;
  Entry entry{std::move(*folder), std::move(*index)};
  if (!entry.index.boot_id.empty() && entry.index.boot_id == os::boot_id()) return entry;
  if (!files_match(entry.directory, entry.index, CheckTimes::No)) {
    discard(entry);
    return std::nullopt;
  }
  restamp(directory_, entry);
  return entry;
}

// The index first: from then on the entry does not count, whatever happens to the folder.
void Store::discard(const Entry& entry) {
  const int problem = set_aside(directory_, index_path(entry.directory));
  if (problem == 0 || problem == ENOENT) set_aside(directory_, entry.directory);
}

}  // namespace lpm::store
