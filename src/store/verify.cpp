// Reads every file of the store again and compares it with its index.
#include <algorithm>

#include "os/os.h"
#include "store/archive_plan.h"
#include "store/content_hash.h"
#include "store/layout.h"
#include "store/package_facts.h"
#include "store/package_index.h"
#include "store/walk.h"

namespace lpm::store {
namespace {

std::optional<ContentHash> hash_file(const os::Fd& file) {
  std::vector<std::uint8_t> buffer(1U << 20);
  ContentHasher hasher;
  while (true) {
    const std::int64_t count = os::read_piece(file.get(), buffer);
    if (count < 0) return std::nullopt;
    hasher.update(Bytes(buffer).first(static_cast<std::size_t>(count)));
    if (count < static_cast<std::int64_t>(buffer.size())) return hasher.finish();
  }
}

// What is wrong with a file; empty when nothing is.
std::string problem_of(const os::Directory& folder, const IndexedFile& file) {
  const os::FileStamp stamp = folder.stamp_below(file.path.c_str());
  if (stamp.type == os::FileType::Missing) return "is missing";
  if (stamp.type != os::FileType::Regular) return "is not a file";
  if (stamp.size != file.size)
    return "has " + std::to_string(stamp.size) + " bytes instead of " + std::to_string(file.size);
  if (((stamp.mode & 0100) != 0) != (file.mode == 0755)) return "has another execute bit";
  const os::Fd fd = folder.open_file(file.path.c_str());
  const auto hash = fd.valid() ? hash_file(fd) : std::nullopt;
  if (!hash) return "cannot be read";
  if (*hash != ContentHash{file.hash_low, file.hash_high}) return "has another content";
  return {};
}

// Paths of everything in a folder that the index does not name.
void find_strangers(const std::string& directory, const std::string& below,
                    const PackageIndex& index, std::vector<std::string>& strangers) {
  const auto names = os::list_directory(below.empty() ? directory : directory + "/" + below);
  if (!names) return;
  for (const os::DirectoryEntry& found : *names) {
    const std::string path = below.empty() ? found.name : below + "/" + found.name;
    const bool is_folder = found.type == os::FileType::Directory;
    const bool known =
        is_folder ? std::binary_search(index.directories.begin(), index.directories.end(), path)
                  : std::binary_search(index.files.begin(), index.files.end(), path, ByPath{});
    if (!known)
      strangers.push_back(path);
    else if (is_folder)
      find_strangers(directory, path, index, strangers);
  }
}

class EntryVerifier {
 public:
  EntryVerifier(const FoundEntry& found, std::vector<VerifyProblem>& problems)
      : found_(found), problems_(problems) {}

  bool verify() {
    const std::size_t before = problems_.size();
    const auto index = load_index(index_path(found_.directory));
    if (!index) {
      report("", "the index is damaged");
      return false;
    }
    const auto folder = os::Directory::open(found_.directory);
    if (!folder) {
      report("", "the folder is missing");
      return false;
    }
    for (const IndexedFile& file : index->files) {
      if (std::string problem = problem_of(*folder, file); !problem.empty())
        report(file.path, std::move(problem));
    }
    std::vector<std::string> strangers;
    find_strangers(found_.directory, "", *index, strangers);
    for (const std::string& path : strangers) report(shown(path), "is not part of the package");
    return problems_.size() == before;
  }

 private:
  void report(std::string path, std::string problem) {
    problems_.push_back({entry_label(found_.directory), entry_key(found_.directory),
                         std::move(path), std::move(problem)});
  }

  const FoundEntry& found_;
  std::vector<VerifyProblem>& problems_;
};

}  // namespace

Result<std::vector<VerifyProblem>> Store::verify(
    bool fix, const std::function<void(std::string_view)>& on_entry) {
  std::vector<VerifyProblem> problems;
  LPM_TRY_ASSIGN(const auto shards, list_shards(directory_));
  for (const std::string& shard : shards) {
    LPM_TRY_ASSIGN(const auto entries, list_entries(shard));
    for (const FoundEntry& found : entries) {
      // A folder without a whole index is no entry; the next collection takes it.
      if (!found.has_index || is_cut_short(os::read_file(index_path(found.directory)).value_or("")))
        continue;
      if (on_entry) on_entry(entry_label(found.directory));
      if (!EntryVerifier(found, problems).verify() && fix) discard({found.directory, {}});
    }
  }
  return problems;
}

}  // namespace lpm::store
