// What both ways of importing share: from a plan to an index.
#pragma once

#include <string>
#include <vector>

#include "store/archive_plan.h"
#include "store/store.h"

namespace lpm::store {

IndexedFile indexed(const PlannedFile& planned);

// `files` need no order. Everything that the plan knows; package.json comes with the next function.
PackageIndex begin_index(const ArchivePlan& plan, const crypto::Sha512& digest,
                         std::vector<IndexedFile> files);
// Adds the facts of package.json, checks that it is the requested package, and gives its bins their
// execute bit.
Result<PackageIndex> complete_index(PackageIndex index, std::string_view package_json,
                                    const ImportRequest& request);

// The folder of the entry: named after the request, or what is inside where that says nothing.
std::string target_of(const std::string& store_directory, const PackageIndex& index,
                      const ImportRequest& request);

Error conflicting_duplicates(std::string_view path);
Error no_package_json(const ImportRequest& request);
Error too_large(const ImportRequest& request, std::uint64_t limit);

}  // namespace lpm::store
