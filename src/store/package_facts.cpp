#include "store/package_facts.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/formats.h"
#include "store/archive_plan.h"

namespace lpm::store {
namespace {

constexpr std::array<std::string_view, 4> kInstallPhases = {"preinstall", "install", "postinstall",
                                                            "prepare"};

bool is_command_name(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > 0x1f && c != 0x7f && c != '/' && c != '\\';
  });
}

// The target as a path in the package; nothing when it would leave it.
std::optional<std::string> bin_target(std::string_view target) {
  if (target.starts_with('/') || target.ends_with('/')) return std::nullopt;
  auto path = formats::SafeRelativePath::parse(target);
  if (!path) return std::nullopt;
  return path->str();
}

void add_bins(PackageIndex& index, const manifest::StringPairs& bins) {
  for (const auto& [command, target] : bins) {
    if (target.empty()) continue;
    auto path = bin_target(target);
    if (path && is_command_name(command))
      index.bins.push_back({command, std::move(*path)});
    else
      index.refused_bins.push_back(shown(command));
  }
}

// Every file below the folder is a command, except where a name in between begins with a dot.
void add_bins_of_folder(PackageIndex& index, std::string_view folder) {
  const auto path =
      bin_target(folder.ends_with('/') ? folder.substr(0, folder.size() - 1) : folder);
  if (!path) {
    if (!folder.empty()) index.refused_bins.push_back(shown(folder));
    return;
  }
  const std::string prefix = *path + "/";
  for (const IndexedFile& file : index.files) {
    if (!file.path.starts_with(prefix)) continue;
    const std::string_view below = std::string_view(file.path).substr(prefix.size());
    const std::string_view command = below.substr(below.rfind('/') + 1);
    if (below.starts_with('.') || !is_command_name(command)) continue;
    index.bins.push_back({std::string(command), file.path});
  }
}

bool gyp_is_off(std::string_view package_json) {
  const auto root = formats::json::parse(package_json, "package.json");
  if (!root) return false;
  const formats::json::Value* const gypfile = root->find("gypfile");
  return gypfile != nullptr && gypfile->kind == formats::json::Kind::Boolean && !gypfile->boolean;
}

void add_install_scripts(PackageIndex& index, const manifest::StringPairs& scripts,
                         std::string_view package_json) {
  const auto script = [&](std::string_view phase) {
    return std::find_if(scripts.begin(), scripts.end(),
                        [&](const auto& pair) { return pair.first == phase; });
  };
  const bool builds_itself =
      script("preinstall") != scripts.end() || script("install") != scripts.end();
  for (const std::string_view phase : kInstallPhases) {
    if (const auto found = script(phase); found != scripts.end()) {
      index.install_scripts.push_back(*found);
    } else if (phase == "install" && !builds_itself && find_file(index, "binding.gyp") != nullptr &&
               !gyp_is_off(package_json)) {
      index.install_scripts.emplace_back("install", "node-gyp rebuild");
    }
  }
}

// npm's own leniency: a leading `v` or `=`, and build metadata, make no other version.
std::string_view bare_version(std::string_view version) {
  version = trim(version);
  while (!version.empty() && (version.front() == 'v' || version.front() == '=')) {
    version.remove_prefix(1);
    version = trim(version);
  }
  return version.substr(0, version.find('+'));
}

}  // namespace

std::string label_of(const ImportRequest& request) {
  if (request.name.empty()) return "an archive";
  return "`" + request.name + (request.version.empty() ? "" : "@" + request.version) + "`";
}

Result<PackageIndex> with_package_facts(PackageIndex index, std::string_view package_json) {
  LPM_TRY_ASSIGN(
      manifest::Manifest manifest,
      manifest::read_manifest(package_json, "package.json", manifest::Strictness::Package));
  add_bins(index, manifest.bins);
  if (manifest.bins.empty() && !manifest.directories_bin.empty())
    add_bins_of_folder(index, manifest.directories_bin);
  add_install_scripts(index, manifest.scripts, package_json);
  index.name = std::move(manifest.name);
  index.version = std::move(manifest.version);
  index.engines_node = std::move(manifest.engines_node);
  index.platform = std::move(manifest.platform);
  index.bundled = std::move(manifest.bundled);
  return index;
}

Result<PackageIndex> index_of_folder(std::string_view package_json, bool has_gyp) {
  PackageIndex index;
  if (has_gyp) index.files.push_back({.path = "binding.gyp"});
  LPM_TRY_ASSIGN(index, with_package_facts(std::move(index), package_json));
  index.files.clear();
  return index;
}

Status check_identity(const PackageIndex& index, const ImportRequest& request) {
  const bool right_name = request.name.empty() || request.name == index.name;
  const bool right_version =
      request.version.empty() || bare_version(request.version) == bare_version(index.version);
  if (right_name && right_version) return {};
  return Error(ErrorCode::IDENTITY_MISMATCH,
               "the archive of " + label_of(request) + " holds another package")
      .fact("asked for", request.name + "@" + request.version)
      .fact("inside", shown(index.name) + "@" + shown(index.version));
}

IndexedFile* find_file(PackageIndex& index, std::string_view path) {
  const auto found = std::lower_bound(index.files.begin(), index.files.end(), path, ByPath{});
  return found != index.files.end() && found->path == path ? &*found : nullptr;
}

}  // namespace lpm::store
