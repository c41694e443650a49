#include "store/layout.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "os/os.h"

namespace lpm::store {
namespace {

constexpr std::size_t kMaxLabel = 120;  // bytes of `name@version` in a folder name

std::string hex_of(const crypto::Sha512& digest) {
  return to_hex(Bytes(digest).first((kShardDigits + kKeyDigits) / 2));
}

bool is_awkward(unsigned char c) {
  return c <= ' ' || c == 0x7f || c == '/' || c == '\\' || c == ':';
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string shard_of(const crypto::Sha512& digest) {
  return hex_of(digest).substr(0, kShardDigits);
}

std::string entry_prefix(const crypto::Sha512& digest) {
  return hex_of(digest).substr(kShardDigits) + "-";
}

std::string entry_name(const crypto::Sha512& digest, std::string_view name,
                       std::string_view version) {
  std::string label = std::string(name).append("@").append(version).substr(0, kMaxLabel);
  std::replace_if(label.begin(), label.end(), is_awkward, '+');
  return entry_prefix(digest) + label;
}

std::string entry_key(std::string_view entry_directory) {
  const std::size_t slash = entry_directory.rfind('/');
  if (slash == std::string_view::npos || slash < kShardDigits) return "";
  return std::string(entry_directory.substr(slash - kShardDigits, kShardDigits))
      .append(entry_directory.substr(slash + 1, kKeyDigits));
}

std::string entry_label(std::string_view entry_directory) {
  const std::string_view name = entry_directory.substr(entry_directory.rfind('/') + 1);
  return std::string(name.substr(std::min(name.size(), kKeyDigits + 1)));
}

bool is_shard(std::string_view folder_name) {
  return folder_name.size() == kShardDigits &&
         std::all_of(folder_name.begin(), folder_name.end(), is_hex_digit);
}

std::string fresh_staging_name(const std::string& store_directory) {
  return staging_path(store_directory) + "/" + os::unique_suffix();
}

int set_aside(const std::string& store_directory, const std::string& path) {
  const std::string target = fresh_staging_name(store_directory);
  const int problem = os::rename_without_replacing(path, target);
  if (problem != ENOENT || !os::exists(path)) return problem;
  if (!os::make_directories(staging_path(store_directory))) return problem;
  return os::rename_without_replacing(path, target);
}

}  // namespace lpm::store
