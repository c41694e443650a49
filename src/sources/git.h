// Packages in git repositories, by the `git` program (docs/sources.md).
#pragma once

#include <string>

#include "sources/sources.h"

namespace lpm::sources {

// `text` is a git specifier in canonical form (graph/source_text.h). Blocks.
Result<Found> find_in_git(const Options& options, store::Store& store, const std::string& text);

}  // namespace lpm::sources
