#include "ops/node_version.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

std::optional<std::string> macro_value(std::string_view header, std::string_view name) {
  const std::size_t at = header.find(fmt::format("#define {} ", name));
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(at + 9 + name.size());
  const std::string_view value = trim(rest.substr(0, rest.find('\n')));
  if (!parse_decimal(value)) return std::nullopt;
  return std::string(value);
}

// <prefix>/include/node/node_version.h of <prefix>/bin/node. A header of another Node would
// mislead, so it counts only when it is no newer than the binary's folder says: both come from one
// archive or package.
std::optional<std::string> version_from_header(const std::string& node) {
  const Result<std::string> header =
      os::read_file(parent_of(parent_of(node)) + "/include/node/node_version.h");
  if (!header) return std::nullopt;
  const auto major = macro_value(*header, "NODE_MAJOR_VERSION");
  const auto minor = macro_value(*header, "NODE_MINOR_VERSION");
  const auto patch = macro_value(*header, "NODE_PATCH_VERSION");
  if (!major || !minor || !patch) return std::nullopt;
  return fmt::format("{}.{}.{}", *major, *minor, *patch);
}

std::optional<std::string> version_from_running(const std::string& node,
                                                const os::EnvironmentMap& environment) {
  os::ChildOptions options;
  options.argv = {node, "--version"};
  options.environment = environment;
  options.capture_output = true;
  const Result<os::ChildResult> child = os::run_child(options);
  if (!child || child->status != 0) return std::nullopt;
  std::string_view text = trim(child->out);
  if (text.starts_with('v')) text.remove_prefix(1);
  return std::string(text);
}

}  // namespace

std::string running_node_version(const os::EnvironmentMap& environment,
                                 const std::string& cache_directory) {
  std::string path_list;
  for (const auto& [name, value] : environment)
    if (name == "PATH") path_list = value;
  const std::optional<std::string> found = os::find_executable("node", path_list);
  if (!found) return "";
  const std::string node = os::real_path(*found).value_or(*found);
  const os::FileStamp stamp = os::stamp(node);
  const std::string key =
      fmt::format("{} {} {} {}\n", stamp.size, stamp.mtime_ns, stamp.inode, node);
  const std::string cache = cache_directory + "/node-version";
  if (const Result<std::string> cached = os::read_file(cache); cached && cached->starts_with(key))
    return std::string(trim(std::string_view(*cached).substr(key.size())));
  std::optional<std::string> version = version_from_header(node);
  if (!version) version = version_from_running(node, environment);
  if (!version) return "";
  if (os::make_directories(cache_directory))
    (void)os::write_file_atomic(cache, key + *version + "\n", os::Durability::None);
  return *version;
}

}  // namespace lpm::ops
