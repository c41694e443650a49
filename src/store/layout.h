// Where things are below x1 (docs/formats/store.md).
#pragma once

#include <string>
#include <string_view>

#include "crypto/crypto.h"

namespace lpm::store {

inline constexpr std::size_t kShardDigits = 2;
inline constexpr std::size_t kKeyDigits = 30;
inline constexpr std::string_view kIndexSuffix = ".index";

// "3f": the folder that an entry is in.
std::string shard_of(const crypto::Sha512& digest);
// What the names of all entries of this digest begin with: "9c1e…04-".
std::string entry_prefix(const crypto::Sha512& digest);
// "9c1e…04-lodash@4.17.21"
std::string entry_name(const crypto::Sha512& digest, std::string_view name,
                       std::string_view version);
// "3f9c1e…04": the hex digits of the digest that an entry's path shows.
std::string entry_key(std::string_view entry_directory);
// "lodash@4.17.21" of an entry's path, for people.
std::string entry_label(std::string_view entry_directory);
bool is_shard(std::string_view folder_name);

inline std::string index_path(const std::string& entry_directory) {
  return entry_directory + std::string(kIndexSuffix);
}
inline std::string staging_path(const std::string& store_directory) {
  return store_directory + "/.staging";
}
// A name in .staging that nothing has; makes .staging itself only with the next function.
std::string fresh_staging_name(const std::string& store_directory);
// Moves a file or folder into .staging, for later deletion. 0 or an errno value.
int set_aside(const std::string& store_directory, const std::string& path);

}  // namespace lpm::store
