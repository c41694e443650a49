// Files and folders. Paths are UTF-8 byte strings; errors name the path and the system's reason.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace lpm::os {

// Owns a file descriptor; close-on-exec always.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

enum class FileType : std::uint8_t { Missing, Regular, Directory, Symlink, Other };

// What identifies the content of a file cheaply. Times are nanoseconds since the epoch.
struct FileStamp {
  FileType type = FileType::Missing;
  std::uint32_t mode = 0;  // permission bits
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  std::uint64_t inode = 0;
  std::uint64_t device = 0;
  std::uint32_t links = 0;
  bool operator==(const FileStamp&) const = default;
};

// Missing is a value, not an error. Follows the last symlink; stamp_link does not.
FileStamp stamp(const std::string& path);
FileStamp stamp_link(const std::string& path);
FileStamp stamp(const Fd& fd);
bool exists(const std::string& path);
// May this process make and rename entries in the folder? 0 or an errno value.
int cannot_write_into(const std::string& folder);

Result<std::string> read_file(const std::string& path);
Result<PaddedBuffer> read_padded(const std::string& path);
// Nothing when the file does not exist; an error for anything else.
Result<std::optional<std::string>> read_file_if_exists(const std::string& path);

// Reads a whole file into `buffer`, whose content is lost but whose memory is used again: one open,
// one read and one close when it fits into the capacity. 0 or an errno value.
int read_file_into(const std::string& path, PaddedBuffer& buffer);

enum class Durability { None, Sync };  // Sync: data reach the disk before the rename
// Writes a temporary sibling and renames it over `path`; an existing file's mode is kept, else
// `mode`.
Status write_file_atomic(const std::string& path, std::string_view content, Durability durability,
                         std::uint32_t mode = 0644);
// Writes all of `content` at the descriptor's position; 0 or an errno value.
int write_fully(int fd, Bytes content);
// Fills `buffer` from the descriptor's position; fewer bytes only at the end of the file. -1: the
// reason is in errno.
std::int64_t read_piece(int fd, std::span<std::uint8_t> buffer);
// Creates or truncates in place; for files nobody else can see yet.
Status write_file(const std::string& path, std::string_view content, std::uint32_t mode = 0644);
// Adds `content` at the end of a file, which is made when missing (mode 0600), and syncs it. On
// failure the file is as long as before, as far as the system allows.
Status append_synced(const std::string& path, std::string_view content);
Status sync_directory(const std::string& path);  // its entries reach the disk

Status make_directory(const std::string& path);    // ok when it is there
Status make_directories(const std::string& path);  // with parents
Status rename_path(const std::string& from, const std::string& to);
// EEXIST when `to` is there, whatever it is. 0 or an errno value, as for exchange_paths.
int rename_without_replacing(const std::string& from, const std::string& to);
int exchange_paths(const std::string& a, const std::string& b);  // in one step
Status remove_file(const std::string& path);                     // ok when missing
// Removes a file or a whole tree, never following symlinks; ok when missing. Not for hot paths.
Status remove_tree(const std::string& path);
Status make_symlink(const std::string& target, const std::string& path);
Result<std::string> read_symlink(const std::string& path);
Result<std::string> real_path(const std::string& path);

struct DirectoryEntry {
  std::string name;
  FileType type;
};
// Without `.` and `..`, in bytewise order.
Result<std::vector<DirectoryEntry>> list_directory(const std::string& path);

// A fresh private folder below `parent` named `<prefix><random>`.
Result<std::string> make_temporary_directory(const std::string& parent, std::string_view prefix);
// Text that is unique on this machine at this moment (pid, time, counter); for temporary names.
std::string unique_suffix();

}  // namespace lpm::os
