// Folders as `npm pack` would pack them (docs/sources.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sources/sources.h"

namespace lpm::sources {

struct PackedFile {
  std::string path;  // relative to the folder
  bool executable = false;
};

// What package.json says about packing.
struct PackFacts {
  std::vector<std::string> files;  // globs
  bool has_files = false;
  std::vector<std::string> required;  // main, browser, bins: never left out
  std::string main;                   // as written; "" when there is none
  bool has_prepare = false;
};
PackFacts pack_facts(std::string_view package_json);

// The files that `npm pack` takes, in bytewise order. Links and special files are left out. IO;
// LIMIT when there are more than a package has.
Result<std::vector<PackedFile>> files_to_pack(const std::string& folder, const PackFacts& facts);

// An archive of them, without compression: the same bytes for the same files. LIMIT when they are
// more than an archive may hold.
Result<PaddedBuffer> archive_of(const std::string& folder, const std::vector<PackedFile>& files);

// A folder of the disk that is installed like an archive.
Result<Found> packed_folder(const Options& options, store::Store& store, std::string_view path);

}  // namespace lpm::sources
