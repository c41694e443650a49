#include "store/staged_entry.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "store/archive_plan.h"
#include "store/layout.h"
#include "store/package_index.h"

namespace lpm::store {
namespace {

using std::chrono::milliseconds;

// Between a writer's two renames lie microseconds, unless it was killed there.
constexpr milliseconds kWaitForIndex{200};
constexpr milliseconds kPause{2};

bool is_taken(int problem) {
  return problem == EEXIST || problem == ENOTEMPTY;
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

std::optional<Entry> load_entry(const std::string& directory, const crypto::Sha512& digest) {
  auto index = load_index(index_path(directory));
  if (!index || index->tarball_digest != digest) return std::nullopt;
  return Entry{directory, std::move(*index)};
}

// The entry of another writer whose folder is in place, as soon as that has its index.
std::optional<Entry> await_entry(const std::string& directory, const crypto::Sha512& digest) {
  const std::int64_t wait_ns = std::chrono::nanoseconds(kWaitForIndex).count();
  // Renaming sets the folder's ctime: one that has been there for long waits for nobody.
  const std::int64_t until = std::min(os::stamp_link(directory).ctime_ns, unix_now()) + wait_ns;
  while (true) {
    const bool has_index = os::exists(index_path(directory));
    if (auto entry = load_entry(directory, digest)) return entry;
    if (has_index || unix_now() > until) return std::nullopt;
    std::this_thread::sleep_for(kPause);
  }
}

// The rename's errno value, 0 when it is done; an error when the shard cannot be made.
Result<int> rename_into_shard(const std::string& from, const std::string& target) {
  const int problem = os::rename_without_replacing(from, target);
  if (problem != ENOENT) return problem;
  LPM_TRY(os::make_directories(parent_of(target)));
  return os::rename_without_replacing(from, target);
}

// The index that describes the folder in place wins: the times in it tell.
Result<Entry> place_index(const std::string& staged, const std::string& target,
                          PackageIndex index) {
  const std::string path = index_path(target);
  const int problem = os::rename_without_replacing(staged, path);
  if (problem == EEXIST) {
    auto existing = load_entry(target, index.tarball_digest);
    if (existing && files_match(target, existing->index, CheckTimes::Yes))
      return std::move(*existing);
    LPM_TRY(os::rename_path(staged, path));
  } else if (problem != 0) {
    return system_error(problem, "cannot write the index of a store entry", path);
  }
  return Entry{target, std::move(index)};
}

}  // namespace

Result<StagedEntry> StagedEntry::create(const std::string& store_directory) {
  const std::string path = fresh_staging_name(store_directory);
  auto folder = os::Directory::create(path);
  if (!folder) {  // the first import of a store; another one may be making .staging at this moment
    LPM_TRY(os::make_directories(staging_path(store_directory)));
    folder = os::Directory::create(path);
  }
  if (!folder) return std::move(folder).error();
  return StagedEntry(store_directory, std::move(*folder));
}

StagedEntry::StagedEntry(StagedEntry&& other) noexcept
    : store_directory_(std::move(other.store_directory_)),
      folder_(std::move(other.folder_)),
      keep_(std::exchange(other.keep_, true)) {}

StagedEntry::~StagedEntry() {
  if (keep_) return;
  // What cannot be removed now goes with the next collection.
  [[maybe_unused]] const Status removed = os::remove_tree(folder_.path());
}

Error StagedEntry::cannot_write(int errno_value, const std::string& path) const {
  if (errno_value == EEXIST) {
    return Error(ErrorCode::BAD_TARBALL,
                 "the archive has two names that this volume takes for one, such as `" +
                     shown(path) + "`")
        .at(store_directory_)
        .hint("set LPM_HOME to a folder on a volume that tells upper from lower case");
  }
  return system_error(errno_value, "cannot write `" + shown(path) + "` to the store",
                      store_directory_);
}

Status StagedEntry::make_folder(const std::string& path) {
  if (const int problem = folder_.make_directory(path.c_str())) return cannot_write(problem, path);
  return {};
}

Result<os::Fd> StagedEntry::create_file(const std::string& path, std::uint32_t mode) {
  os::Fd file = folder_.create_file(path.c_str(), mode);
  if (!file.valid()) return cannot_write(errno, path);
  return file;
}

Status StagedEntry::append(const os::Fd& file, const std::string& path, Bytes piece) {
  if (const int problem = os::write_fully(file.get(), piece)) return cannot_write(problem, path);
  return {};
}

Status StagedEntry::make_executable(const std::string& path) {
  if (const int problem = folder_.make_executable(path.c_str())) return cannot_write(problem, path);
  return {};
}

Status StagedEntry::write_file(IndexedFile& file, Bytes content) {
  LPM_TRY_ASSIGN(const os::Fd fd, create_file(file.path, file.mode));
  LPM_TRY(append(fd, file.path, content));
  const ContentHash hash = hash_content(content);
  file.size = content.size();
  file.hash_low = hash.low;
  file.hash_high = hash.high;
  file.mtime_ns = os::stamp(fd).mtime_ns;
  return {};
}

// Nothing when our folder is in place now; else the entry that another writer put there.
Result<std::optional<Entry>> StagedEntry::move_into_place(const std::string& target,
                                                          const crypto::Sha512& digest) {
  LPM_TRY_ASSIGN(int problem, rename_into_shard(folder_.path(), target));
  if (is_taken(problem)) {
    if (auto entry = await_entry(target, digest)) return entry;
    problem = os::exchange_paths(folder_.path(), target);
    if (problem == ENOENT) {
      LPM_TRY_ASSIGN(problem, rename_into_shard(folder_.path(), target));
    }
  }
  if (problem == 0) return std::optional<Entry>();
  return system_error(problem, "cannot put a package into the store", target);
}

Result<Entry> StagedEntry::publish(const std::string& target, PackageIndex index) {
  // Before the folder shows, so that a full disk is noticed while nothing has happened.
  LPM_TRY_ASSIGN(const std::string staged_index, stage_index(store_directory_, index));
  LPM_TRY_ASSIGN(auto other, move_into_place(target, index.tarball_digest));
  // In place, or trash of a lost race: deleting is for the next collection.
  keep_ = true;
  if (other) return std::move(*other);
  return place_index(staged_index, target, std::move(index));
}

Result<std::string> stage_index(const std::string& store_directory, const PackageIndex& index) {
  const std::string path = fresh_staging_name(store_directory).append(kIndexSuffix);
  const std::string bytes = write_index(index);
  LPM_TRY(os::write_file(path, bytes));
  return path;
}

bool files_match(const std::string& directory, const PackageIndex& index, CheckTimes check_times) {
  const auto folder = os::Directory::open(directory);
  if (!folder) return false;
  return std::all_of(index.files.begin(), index.files.end(), [&](const IndexedFile& file) {
    const os::FileStamp stamp = folder->stamp_below(file.path.c_str());
    return stamp.type == os::FileType::Regular && stamp.size == file.size &&
           (check_times == CheckTimes::No || stamp.mtime_ns == file.mtime_ns);
  });
}

}  // namespace lpm::store
