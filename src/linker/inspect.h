// Looks at what node_modules holds, without changing it.
#pragma once

#include <string>

#include "linker/linker.h"

namespace lpm::linker {

enum class FolderState {
  Whole,
  Differs,       // must be made anew
  StoreDiffers,  // its files are the store's, and they are not what the index says
};

// Compares the files of `folder` (the package's own) with its store entry: kind, size and times;
// content where it is a copy whose time says nothing.
FolderState inspect_files(const std::string& folder, const store::Entry& entry);

// STORE_DAMAGED, naming each package, when files of the plan's entries are not in the store as
// their index says.
Status check_store_files(const LinkPlan& plan, const std::vector<const store::Entry*>& entries,
                         WorkerPool& pool);

// Does the link at `path` hold `target`?
bool is_link_to(const std::string& path, const std::string& target);

}  // namespace lpm::linker
