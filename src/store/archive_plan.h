// ArchivePlan: decides what becomes of each entry of a package archive, before anything is written.
//
// What npm's extraction does is the rule (first path component stripped, whatever it is called);
// what could reach outside, or make two readers of one archive see different packages, is refused.
// Nothing here touches the disk.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/formats.h"
#include "store/content_hash.h"

namespace lpm::store {

struct PlannedFile {
  formats::SafeRelativePath path;
  std::uint64_t size = 0;
  bool executable = false;
};

enum class EntryFate : std::uint8_t {
  Skip,    // nothing is made of it
  Folder,  // it, and folders above it, are in the plan
  NewFile,
  Repeated,  // a file of this path came before
};

struct Placement {
  EntryFate fate = EntryFate::Skip;
  std::uint32_t file = 0;  // index into files(), of NewFile and Repeated
};

class ArchivePlan {
 public:
  // PATH_TRAVERSAL, BAD_TARBALL, LIMIT, or what the system would say to a path that is too long.
  Result<Placement> add(const formats::TarEntry& entry);

  // In archive order.
  const std::deque<PlannedFile>& files() const { return files_; }
  // In the order in which they are needed, so parents first.
  const std::deque<std::string>& folders() const { return folders_; }
  std::uint32_t skipped_entries() const { return skipped_; }

 private:
  struct SeededHash {
    std::size_t operator()(std::string_view name) const { return hash_name(name); }
  };
  static constexpr std::uint32_t kFolder = UINT32_MAX;

  Status need_folder(std::string_view path);
  Result<Placement> place_file(formats::SafeRelativePath path, const formats::TarEntry& entry);
  Status count_path(std::string_view path);

  std::deque<PlannedFile> files_;
  std::deque<std::string> folders_;
  // Index into files_ or kFolder, by path; the keys are views of the two lists above.
  std::unordered_map<std::string_view, std::uint32_t, SeededHash> by_path_;
  std::uint64_t path_bytes_ = 0;
  std::uint32_t skipped_ = 0;
};

// A name from an archive as it may be shown: one line, no control characters, not endless.
std::string shown(std::string_view archive_path);

}  // namespace lpm::store
