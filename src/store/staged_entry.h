// StagedEntry: a package folder in .staging while it is filled; gone with all its files unless it
// is published.
#pragma once

#include <string>

#include "os/os.h"
#include "store/content_hash.h"
#include "store/store.h"

namespace lpm::store {

class StagedEntry {
 public:
  static Result<StagedEntry> create(const std::string& store_directory);
  StagedEntry(StagedEntry&&) noexcept;
  StagedEntry& operator=(StagedEntry&&) = delete;
  ~StagedEntry();

  const os::Directory& folder() const { return folder_; }

  Status make_folder(const std::string& path);
  // Creates and writes `file.path` and fills in size, hash and time.
  Status write_file(IndexedFile& file, Bytes content);
  // The same in pieces.
  Result<os::Fd> create_file(const std::string& path, std::uint32_t mode);
  Status append(const os::Fd& file, const std::string& path, Bytes piece);

  Status make_executable(const std::string& path);
  Error cannot_write(int errno_value, const std::string& path) const;

  // Moves the folder to `target` and puts the index beside it; the entry of another writer when
  // that one was first.
  Result<Entry> publish(const std::string& target, PackageIndex index);

 private:
  StagedEntry(std::string store_directory, os::Directory folder)
      : store_directory_(std::move(store_directory)), folder_(std::move(folder)) {}
  Result<std::optional<Entry>> move_into_place(const std::string& target,
                                               const crypto::Sha512& digest);

  std::string store_directory_;
  os::Directory folder_;
  bool keep_ = false;  // published, or trash for later
};

// Writes an index file to .staging; its path.
Result<std::string> stage_index(const std::string& store_directory, const PackageIndex& index);

enum class CheckTimes { No, Yes };
// Every file is there with the recorded size, and time if asked; nothing of the content is read.
bool files_match(const std::string& directory, const PackageIndex& index, CheckTimes check_times);

}  // namespace lpm::store
