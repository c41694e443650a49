// WritingSink: makes the files of an archive while it is read.
#pragma once

#include <string>
#include <vector>

#include "store/archive_plan.h"
#include "store/content_hash.h"
#include "store/staged_entry.h"

namespace lpm::store {

// Small bodies are gathered and written at once, large ones appended as they come.
class WritingSink : public formats::TarSink {
 public:
  WritingSink(StagedEntry& staged, bool allow_conflicts)
      : staged_(staged), allow_conflicts_(allow_conflicts) {}

  Status entry(const formats::TarEntry& entry) override;
  Status body(Bytes piece) override;
  Status body_end() override;

  const ArchivePlan& plan() const { return plan_; }
  // As they were written, in archive order.
  const std::vector<IndexedFile>& files() const { return files_; }
  const std::string& package_json() const { return package_json_; }

 private:
  enum class Doing : std::uint8_t { Nothing, Gathering, Appending, Comparing };

  Status begin_file(const formats::TarEntry& entry);
  Status begin_repeated(const formats::TarEntry& entry);
  Status compare(Bytes piece);
  IndexedFile& current() { return files_[placement_.file]; }

  StagedEntry& staged_;
  bool allow_conflicts_;
  ArchivePlan plan_;
  std::vector<IndexedFile> files_;
  std::size_t folders_made_ = 0;
  std::string package_json_;

  Placement placement_;
  Doing doing_ = Doing::Nothing;
  bool is_package_json_ = false;
  PaddedBuffer gathered_;
  os::Fd file_;  // of Appending and Comparing
  ContentHasher hasher_;
  std::vector<std::uint8_t> compared_;
};

}  // namespace lpm::store
