// Parts of reading sources from disk.
#pragma once

#include <string>
#include <string_view>

#include "sources/sources.h"

namespace lpm::sources {

inline constexpr std::string_view kFile = "file:";
inline constexpr std::string_view kLink = "link:";
inline constexpr std::string_view kPortal = "portal:";

// The path behind `file:`, `link:` or `portal:` as the system knows it.
std::string absolute_path(const Options& options, std::string_view path);
// The same as a locator: relative to the project, or absolute.
std::string locator_of(const Options& options, std::string_view path);

// Imports an archive and reads what is in it. `place` is for messages.
Result<Found> import_archive(store::Store& store, Bytes archive, const crypto::Integrity& expected,
                             bool allow_conflicting_duplicates, std::string_view place);

// What an entry of the store holds, as an answer.
Result<Found> found_in(store::Entry entry, const crypto::Integrity& integrity,
                       std::string_view place);

}  // namespace lpm::sources
