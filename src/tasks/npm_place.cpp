#include "tasks/npm_place.h"

#include "os/files.h"
#include "os/process.h"

namespace lpm::tasks {
namespace {

std::string folder_above(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string real_executable(std::string_view name, std::string_view path_list) {
  const auto found = os::find_executable(name, path_list);
  if (!found) return {};
  return os::real_path(*found).value_or(std::string(*found));
}

}  // namespace

NpmPlace find_npm(std::string_view path_list) {
  NpmPlace place;
  place.node = real_executable("node", path_list);
  place.prefix = folder_above(folder_above(place.node));
  if (!place.node.empty() && place.prefix.empty()) place.prefix = "/";
  const std::string beside_node = place.prefix + "/lib/node_modules/npm";
  // .../npm/bin/npm-cli.js
  const std::string root = !place.node.empty() && os::exists(beside_node)
                               ? beside_node
                               : folder_above(folder_above(real_executable("npm", path_list)));
  if (root.empty()) return place;
  const std::string node_gyp = root + "/node_modules/node-gyp/bin/node-gyp.js";
  const std::string gyp_bin = root + "/node_modules/@npmcli/run-script/lib/node-gyp-bin";
  if (os::exists(node_gyp)) place.node_gyp = node_gyp;
  if (os::exists(gyp_bin)) place.gyp_bin = gyp_bin;
  return place;
}

}  // namespace lpm::tasks
