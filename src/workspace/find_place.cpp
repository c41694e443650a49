#include <optional>

#include "formats/json.h"
#include "os/files.h"
#include "workspace/definition.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

std::string parent_of(const std::string& folder) {
  return folder.substr(0, folder.rfind('/'));
}

// The nearest folder with a package.json, from `start` upwards; "" when there is none.
std::string nearest_package(std::string folder) {
  while (!folder.empty() && !os::exists(folder + "/package.json")) folder = parent_of(folder);
  return folder;
}

bool is_root_of(const std::string& folder, const std::string& package) {
  const Result<std::optional<std::string>> text = os::read_file_if_exists(folder + "/package.json");
  if (!text || !*text) return false;
  const auto pnpm = os::read_file_if_exists(folder + "/" + std::string(kPnpmFile));
  const std::string pnpm_text = pnpm && *pnpm ? **pnpm : "";
  // Cheaper than reading every manifest on the way up.
  if (pnpm_text.empty() && (*text)->find("\"workspaces\"") == std::string::npos) return false;
  if (!formats::json::parse(**text, "package.json")) return true;
  const auto manifest =
      manifest::read_manifest(**text, "package.json", manifest::Strictness::Package);
  if (!manifest) return false;
  const Result<Definition> definition = read_definition(*manifest, **text, pnpm_text);
  // One that cannot be read is the root, too: who loads it says why.
  return !definition || definition->takes(std::string_view(package).substr(folder.size() + 1));
}

}  // namespace

Place find_place(const std::string& start) {
  const std::string package = nearest_package(start);
  if (package.empty()) return {start, start};
  for (std::string folder = parent_of(package); !folder.empty(); folder = parent_of(folder))
    if (is_root_of(folder, package)) return {folder, package};
  return {package, package};
}

}  // namespace lpm::workspace
