#include "linker/link_keeper.h"

#include "linker/inspect.h"

namespace lpm::linker {

Result<bool> LinkKeeper::prepare(const std::string& folder, bool needed) {
  const os::FileType type = os::stamp_link(folder).type;
  if (type == os::FileType::Directory) return true;
  if (!needed) return false;
  LPM_TRY(before_change_());
  if (type != os::FileType::Missing) LPM_TRY(state_.discard(folder));
  LPM_TRY(os::make_directories(folder));
  return true;
}

Status LinkKeeper::keep(const std::string& folder, const Links& wanted, const IsOurs& is_ours) {
  LPM_TRY_ASSIGN(const bool is_there, prepare(folder, !wanted.empty()));
  if (!is_there) return {};
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(folder));
  std::map<std::string_view, os::FileType> present;
  for (const os::DirectoryEntry& entry : entries) {
    if (wanted.contains(entry.name))
      present[entry.name] = entry.type;
    else if (is_ours(entry))
      LPM_TRY(remove(folder + "/" + entry.name, entry.type));
  }
  for (const auto& [name, target] : wanted) {
    const auto found = present.find(name);
    const os::FileType type = found == present.end() ? os::FileType::Missing : found->second;
    LPM_TRY(put(folder + "/" + name, target, type));
  }
  return {};
}

Status LinkKeeper::remove(const std::string& path, os::FileType type) {
  LPM_TRY(before_change_());
  return type == os::FileType::Symlink ? os::remove_file(path) : state_.discard(path);
}

Status LinkKeeper::put(const std::string& path, const std::string& target, os::FileType present) {
  if (present == os::FileType::Symlink && is_link_to(path, target)) return {};
  LPM_TRY(before_change_());
  ++made_;
  if (present == os::FileType::Missing) return os::make_symlink(target, path);
  if (present != os::FileType::Symlink) LPM_TRY(state_.discard(path));
  return state_.replace_link(target, path);
}

}  // namespace lpm::linker
