// The up-to-date check (docs/formats/install-hash.md). Needs base and os only, so that `main` can
// ask it before arguments are parsed, threads started or settings read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"

namespace lpm::ops::install {

// What an install depended on. Stamps and hashes are taken when the record is written.
struct RecordInputs {
  std::string project;
  std::vector<std::string> arguments;  // flags that shape the tree, canonical
  std::uint64_t packages = 0;
  std::string store;               // folder
  std::vector<std::string> files;  // absolute; also those that do not exist
  // Besides: what this install worked with, as it was then. An edit made meanwhile must be seen.
  struct KnownFile {
    std::string path;
    os::FileStamp stamp;
    std::string text;
  };
  std::vector<KnownFile> known;
  std::vector<std::string> folders;   // absolute
  std::vector<std::string> searched;  // absolute; in them only the names of folders count
};

std::string record_path(std::string_view project);
// Builds the text with the present stamps; write it with write_record() once nothing changes any
// more.
Result<std::string> make_record(const RecordInputs& inputs);
Status write_record(std::string_view project, std::string_view record);

struct UpToDate {
  std::uint64_t packages = 0;
};
// Nothing when anything differs, is missing or cannot be read.
std::optional<UpToDate> check_record(std::string_view project,
                                     const std::vector<std::string>& arguments);

// The first thing `main` asks: a bare `install` whose project has a true record. Prints nothing.
struct QuickAnswer {
  std::uint64_t packages = 0;
  bool json = false;
  bool silent = false;
};
std::optional<QuickAnswer> quick_answer(int argc, char** argv);

}  // namespace lpm::ops::install
