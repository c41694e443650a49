// Deletes what runs have set aside, a little at a time.
#include "base/clock.h"
#include "linker/linker.h"
#include "os/os.h"

namespace lpm::linker {
namespace {

// So many go however late it is: a busy machine leaves nothing of a small removal behind, whose
// links would keep store entries in use.
constexpr int kLeastEntries = 64;

class Deadline {
 public:
  explicit Deadline(std::int64_t budget_ms) : end_(monotonic_now() + budget_ms * 1'000'000) {}
  // Called after each entry.
  bool is_over() { return ++removed_ >= kLeastEntries && monotonic_now() >= end_; }

 private:
  std::int64_t end_;
  int removed_ = 0;
};

// False when time ran out. What cannot be deleted is left for another day.
bool remove_within(const std::string& path, os::FileType type, Deadline& deadline) {
  if (type != os::FileType::Directory) {
    static_cast<void>(os::remove_file(path));
    return !deadline.is_over();
  }
  const Result<std::vector<os::DirectoryEntry>> entries = os::list_directory(path);
  if (entries)
    for (const os::DirectoryEntry& entry : *entries)
      if (!remove_within(path + "/" + entry.name, entry.type, deadline)) return false;
  static_cast<void>(os::remove_tree(path));
  return !deadline.is_over();
}

}  // namespace

void empty_trash(const std::string& project, std::int64_t budget_ms) {
  Deadline deadline(budget_ms);
  for (const std::string state : {"/.lpm", "/node_modules/.lpm/.state"}) {
    for (const std::string place : {"/trash", "/new"}) {
      const std::string folder = project + state + place;
      const Result<std::vector<os::DirectoryEntry>> entries = os::list_directory(folder);
      if (!entries) continue;
      for (const os::DirectoryEntry& entry : *entries)
        if (!remove_within(folder + "/" + entry.name, entry.type, deadline)) return;
    }
  }
}

}  // namespace lpm::linker
