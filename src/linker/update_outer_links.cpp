// The links outside package folders: node_modules itself, its scopes, .bin and .lpm/node_modules.
#include <algorithm>

#include "linker/marker.h"
#include "linker/update_tree.h"

namespace lpm::linker {
namespace {

// Notes that other package managers left about a tree which is no longer theirs.
bool is_foreign_record(const std::string& modules, std::string_view name) {
  if (name == kMarkerName) {
    const Result<std::string> text = os::read_file(modules + "/" + std::string(name));
    return !text || !is_marker(*text);
  }
  return name == ".modules.yaml" || name == ".yarn-state.yml" || name == ".yarn-integrity";
}

bool is_scope(const os::DirectoryEntry& entry) {
  return entry.name.starts_with('@') && entry.type == os::FileType::Directory;
}

}  // namespace

Status TreeUpdate::fix_outer_links() {
  std::map<std::string, Links> by_folder;
  for (const auto& [path, target] : new_record_.links) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
      by_folder[""][path] = target;
    else
      by_folder[path.substr(0, slash)][path.substr(slash + 1)] = target;
  }
  LPM_TRY(fix_hidden_links(by_folder));
  return fix_root_links(by_folder);
}

// All in .lpm/node_modules is ours.
Status TreeUpdate::fix_hidden_links(std::map<std::string, Links>& by_folder) {
  const std::string hidden = ".lpm/node_modules";
  const auto is_ours = [&](const os::DirectoryEntry& entry) {
    return !by_folder.contains(hidden + "/" + entry.name);
  };
  LPM_TRY(keeper_.keep(modules_ + "/" + hidden, by_folder[hidden], is_ours));
  const auto always = [](const os::DirectoryEntry&) { return true; };
  for (const auto& [folder, links] : by_folder)
    if (folder.starts_with(hidden + "/@"))
      LPM_TRY(keeper_.keep(modules_ + "/" + folder, links, always));
  return {};
}

Status TreeUpdate::fix_root_links(std::map<std::string, Links>& by_folder) {
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(modules_));
  for (const os::DirectoryEntry& entry : entries)
    if (is_scope(entry)) by_folder.try_emplace(entry.name);
  const auto is_ours = [&](const os::DirectoryEntry& entry) {
    if (is_foreign_record(modules_, entry.name)) return true;
    if (by_folder.contains(entry.name)) return false;
    const bool is_link = entry.type == os::FileType::Symlink;
    return (is_link && is_old_link(entry.name)) || is_stray(entry.name, entry);
  };
  LPM_TRY(keeper_.keep(modules_, by_folder[""], is_ours));
  for (const auto& [folder, links] : by_folder)
    if (folder.starts_with('@')) LPM_TRY(fix_root_scope(folder, links));
  // Last: whether an old command leads anywhere shows when the links it goes through are gone.
  const auto is_old_command = [this](const os::DirectoryEntry& entry) {
    const std::string path = ".bin/" + entry.name;
    return entry.type == os::FileType::Symlink &&
           (old_record_.links.contains(path) ||
            os::stamp(modules_ + "/" + path).type == os::FileType::Missing);
  };
  return keeper_.keep(modules_ + "/.bin", by_folder[".bin"], is_old_command);
}

Status TreeUpdate::fix_root_scope(const std::string& scope, const Links& wanted) {
  bool removed = false;
  const auto is_ours = [&](const os::DirectoryEntry& entry) {
    const std::string path = scope + "/" + entry.name;
    const bool is_link = entry.type == os::FileType::Symlink;
    const bool ours = (is_link && is_old_link(path)) || is_stray(path, entry);
    removed = removed || ours;
    return ours;
  };
  const std::string folder = modules_ + "/" + scope;
  LPM_TRY(keeper_.keep(folder, wanted, is_ours));
  if (!removed || !wanted.empty()) return {};
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> rest, os::list_directory(folder));
  return rest.empty() ? os::remove_tree(folder) : Status();
}

bool TreeUpdate::is_stray(const std::string& path, const os::DirectoryEntry& entry) {
  if (!options_.planned_only || entry.name.starts_with('.')) return false;
  if (entry.type != os::FileType::Directory && entry.type != os::FileType::Symlink) return false;
  result_.strays.push_back(path);
  return true;
}

// Recorded, or unmistakable: after a killed run there is no record.
bool TreeUpdate::is_old_link(const std::string& path) const {
  return old_record_.links.contains(path) || points_into_store(path);
}

bool TreeUpdate::points_into_store(const std::string& path) const {
  const Result<std::string> target = os::read_symlink(modules_ + "/" + path);
  return target && (target->starts_with(".lpm/") || target->starts_with("../.lpm/"));
}

}  // namespace lpm::linker
