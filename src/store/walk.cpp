#include "store/walk.h"

#include <map>

#include "os/os.h"
#include "store/layout.h"

namespace lpm::store {

Result<std::vector<std::string>> list_shards(const std::string& store_directory) {
  std::vector<std::string> shards;
  if (!os::exists(store_directory)) return shards;
  LPM_TRY_ASSIGN(const auto names, os::list_directory(store_directory));
  for (const os::DirectoryEntry& found : names) {
    if (found.type == os::FileType::Directory && is_shard(found.name))
      shards.push_back(store_directory + "/" + found.name);
  }
  return shards;
}

Result<std::vector<FoundEntry>> list_entries(const std::string& shard) {
  LPM_TRY_ASSIGN(const auto names, os::list_directory(shard));
  std::map<std::string, FoundEntry> by_directory;
  for (const os::DirectoryEntry& found : names) {
    std::string directory = shard + "/" + found.name;
    const bool is_index = found.type == os::FileType::Regular && found.name.ends_with(kIndexSuffix);
    if (is_index) directory.resize(directory.size() - kIndexSuffix.size());
    FoundEntry& entry = by_directory[directory];
    entry.directory = directory;
    (is_index ? entry.has_index : entry.has_folder) = true;
  }
  std::vector<FoundEntry> entries;
  for (auto& [directory, entry] : by_directory) entries.push_back(std::move(entry));
  return entries;
}

}  // namespace lpm::store
