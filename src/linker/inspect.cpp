#include "linker/inspect.h"

#include <optional>

#include "os/os.h"

namespace lpm::linker {
namespace {

bool same_content(const std::string& a, const std::string& b) {
  const Result<std::string> first = os::read_file(a);
  const Result<std::string> second = os::read_file(b);
  return first && second && *first == *second;
}

FolderState inspect_file(const std::string& path, const std::string& original,
                         const store::IndexedFile& file) {
  const os::FileStamp stamp = os::stamp_link(path);
  if (stamp.type != os::FileType::Regular) return FolderState::Differs;
  if (stamp.size == file.size && stamp.mtime_ns == file.mtime_ns) return FolderState::Whole;
  const os::FileStamp stored = os::stamp_link(original);
  if (stored.type != os::FileType::Regular) return FolderState::StoreDiffers;
  if (stored.inode == stamp.inode && stored.device == stamp.device)
    return FolderState::StoreDiffers;
  if (stamp.size != file.size || !same_content(path, original)) return FolderState::Differs;
  return FolderState::Whole;
}

}  // namespace

FolderState inspect_files(const std::string& folder, const store::Entry& entry) {
  if (os::stamp_link(folder).type != os::FileType::Directory) return FolderState::Differs;
  std::string path = folder + "/";
  std::string original = entry.directory + "/";
  const std::size_t length = path.size();
  const std::size_t original_length = original.size();
  for (const store::IndexedFile& file : entry.index.files) {
    path.replace(length, std::string::npos, file.path);
    original.replace(original_length, std::string::npos, file.path);
    const FolderState state = inspect_file(path, original, file);
    if (state != FolderState::Whole) return state;
  }
  return FolderState::Whole;
}

Status check_store_files(const LinkPlan& plan, const std::vector<const store::Entry*>& entries,
                         WorkerPool& pool) {
  std::vector<FolderState> states(plan.packages.size());
  pool.for_each_index(states.size(), [&](std::size_t i) {
    const store::Entry& entry = *entries[graph::index(plan.packages[i].id)];
    states[i] = inspect_files(entry.directory, entry);
  });
  std::optional<Error> damaged;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i] == FolderState::Whole) continue;
    const store::Entry& entry = *entries[graph::index(plan.packages[i].id)];
    if (!damaged)
      damaged = Error(ErrorCode::STORE_DAMAGED, "files of a package in the store were changed")
                    .at(entry.directory);
    damaged->facts.push_back({"package", entry.index.name + "@" + entry.index.version});
  }
  if (damaged) return std::move(*damaged);
  return {};
}

bool is_link_to(const std::string& path, const std::string& target) {
  const Result<std::string> found = os::read_symlink(path);
  return found && *found == target;
}

}  // namespace lpm::linker
