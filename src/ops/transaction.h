// Transaction: a change of several project files that happens wholly or not at all, also when the
// process is killed (docs/formats/journal.md). The caller holds the project lock from open to
// commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/reporter.h"

namespace lpm::ops {

class Transaction {
 public:
  // `project` is the folder that holds `.lpm`; `command` is told in the journal.
  Transaction(std::string project, std::string command);
  ~Transaction();  // takes back what was not committed as a whole
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Plans new content for a file of the project (path relative to it). No effect when it equals the
  // present one.
  Status replace(const std::string& path, std::string_view content);
  // Writes the journal and removes install-hash: from here on a kill is completed by the next
  // command.
  Status begin();
  // Renames everything into place, in the order of the replace() calls, and removes the journal.
  Status commit();

  bool changes(const std::string& path) const;
  bool has_changes() const { return !changes_.empty(); }

 private:
  struct Change {
    std::string temporary;
    std::string final_path;
    std::string old_hash;  // "-" when the file did not exist
    std::string new_hash;
    std::optional<std::string> old_content;
    std::uint32_t mode = 0644;
  };
  void put_back();  // what the renames so far replaced
  std::string project_;
  std::string command_;
  std::vector<Change> changes_;
  std::size_t renamed_ = 0;  // of the changes, by commit()
  bool begun_ = false;
  bool done_ = false;  // committed, or left to the journal
};

// Completes or drops what an earlier command left (the caller holds the project lock).
Status recover_project(const std::string& project, report::Reporter& reporter);

}  // namespace lpm::ops
