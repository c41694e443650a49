#include "linker/workspace_state.h"

namespace lpm::linker {

Result<std::string> WorkspaceState::staging() {
  if (!staging_.empty()) return staging_;
  const std::string path = folder_ + "/new/" + os::unique_suffix();
  LPM_TRY(os::make_directories(path));
  staging_ = path;
  return staging_;
}

Status WorkspaceState::remove_staging() {
  if (staging_.empty()) return {};
  LPM_TRY(os::remove_tree(staging_));
  staging_.clear();
  return {};
}

Status WorkspaceState::discard(const std::string& path) {
  if (os::stamp_link(path).type == os::FileType::Missing) return {};
  if (trash_.empty()) {
    const std::string folder = folder_ + "/trash/" + os::unique_suffix();
    LPM_TRY(os::make_directories(folder));
    trash_ = folder;
  }
  return os::rename_path(path, trash_ + "/" + std::to_string(counter_++));
}

Status WorkspaceState::replace_link(const std::string& target, const std::string& path) {
  LPM_TRY_ASSIGN(const std::string folder, staging());
  const std::string temporary = folder + "/link-" + std::to_string(counter_++);
  LPM_TRY(os::make_symlink(target, temporary));
  return os::rename_path(temporary, path);
}

}  // namespace lpm::linker
