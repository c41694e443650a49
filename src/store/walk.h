// Lists what is in the store, for work over all of it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace lpm::store {

struct FoundEntry {
  std::string directory;  // absolute
  bool has_folder = false;
  bool has_index = false;
};

// Absolute paths in bytewise order; none when there is no store.
Result<std::vector<std::string>> list_shards(const std::string& store_directory);
Result<std::vector<FoundEntry>> list_entries(const std::string& shard);

}  // namespace lpm::store
