#include "linker/folder_name.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "crypto/crypto.h"

namespace lpm::linker {
namespace {

constexpr std::size_t kLongestFolder = 120;
constexpr std::size_t kHashDigits = 16;

std::string short_hash(std::string_view text) {
  const crypto::Sha256 digest = crypto::sha256(as_bytes(text));
  return to_hex(digest).substr(0, kHashDigits);
}

// What the name and version leave open.
std::string distinction(const graph::Package& package) {
  const bool is_default = package.source.is_registry() && package.source.locator.empty();
  return is_default ? package.peer_context : package.source_text() + package.peer_context;
}

}  // namespace

std::string folder_name(const graph::Package& package) {
  std::string folder = package.name;
  std::replace(folder.begin(), folder.end(), '/', '+');
  folder.append("@").append(package.version);
  const std::string rest = distinction(package);
  const std::size_t length = folder.size() + (rest.empty() ? 0 : 1 + kHashDigits);
  if (length > kLongestFolder) {
    folder.resize(std::min(folder.size(), kLongestFolder - 1 - kHashDigits));
    return folder.append("_").append(short_hash(package.key()));
  }
  if (!rest.empty()) folder.append("_").append(short_hash(rest));
  return folder;
}

std::string relative_path(std::string_view from_folder, std::string_view to) {
  std::vector<std::string_view> from = split(from_folder, '/');
  std::vector<std::string_view> parts = split(to, '/');
  if (to == ".") parts.clear();
  std::size_t common = 0;
  while (common < from.size() && common < parts.size() && from[common] == parts[common] &&
         from[common] != "..")
    ++common;
  std::string path;
  for (std::size_t i = common; i < from.size(); ++i) path += path.empty() ? ".." : "/..";
  for (std::size_t i = common; i < parts.size(); ++i) {
    if (!path.empty()) path += '/';
    path += parts[i];
  }
  return path.empty() ? "." : path;
}

}  // namespace lpm::linker
