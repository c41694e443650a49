#include "store/import_steps.h"

#include <algorithm>

#include "base/text.h"
#include "os/os.h"
#include "store/layout.h"
#include "store/package_facts.h"

namespace lpm::store {
namespace {

// Of one whose name only its package.json will tell, without it.
std::string label_of_archive(const ImportRequest& request) {
  return request.name.empty() ? "the archive" : "the archive of " + label_of(request);
}

}  // namespace

IndexedFile indexed(const PlannedFile& planned) {
  IndexedFile file;
  file.path = planned.path.str();
  file.mode = planned.executable ? 0755 : 0644;
  return file;
}

PackageIndex begin_index(const ArchivePlan& plan, const crypto::Sha512& digest,
                         std::vector<IndexedFile> files) {
  PackageIndex index;
  index.tarball_digest = digest;
  index.skipped_entries = plan.skipped_entries();
  index.boot_id = os::boot_id();
  index.directories.assign(plan.folders().begin(), plan.folders().end());
  std::sort(index.directories.begin(), index.directories.end());
  index.files = std::move(files);
  std::sort(index.files.begin(), index.files.end(), ByPath{});
  return index;
}

Result<PackageIndex> complete_index(PackageIndex index, std::string_view package_json,
                                    const ImportRequest& request) {
  LPM_TRY_ASSIGN(index, with_package_facts(std::move(index), package_json));
  LPM_TRY(check_identity(index, request));
  for (const IndexedBin& bin : index.bins) {
    if (IndexedFile* const file = find_file(index, bin.path)) file->mode = 0755;
  }
  return index;
}

std::string target_of(const std::string& store_directory, const PackageIndex& index,
                      const ImportRequest& request) {
  const std::string& name = request.name.empty() ? index.name : request.name;
  const std::string& version = request.version.empty() ? index.version : request.version;
  return store_directory + "/" + shard_of(index.tarball_digest) + "/" +
         entry_name(index.tarball_digest, name, version);
}

Error conflicting_duplicates(std::string_view path) {
  return Error(ErrorCode::BAD_TARBALL,
               "the archive holds `" + shown(path) + "` twice, with different content")
      .hint("set `allow-duplicate-entries=true` to take the last one, as npm does");
}

Error no_package_json(const ImportRequest& request) {
  return Error(request.name.empty() ? ErrorCode::BAD_TARBALL : ErrorCode::IDENTITY_MISMATCH,
               label_of_archive(request) + " holds no package.json");
}

Error too_large(const ImportRequest& request, std::uint64_t limit) {
  return Error(ErrorCode::LIMIT,
               label_of_archive(request) + " is larger than " + human_bytes(limit) + " compressed");
}

}  // namespace lpm::store
