// The bytes of an index file (docs/formats/store.md, version 1).
#pragma once

#include <optional>
#include <string>

#include "store/store.h"

namespace lpm::store {

std::string write_index(const PackageIndex& index);
// Nothing when it is not whole, or of another version.
std::optional<PackageIndex> parse_index(Bytes bytes);
// Whether an index is what a power loss leaves of one: nothing, zeros, or less than its own length
// says.
bool is_cut_short(std::string_view bytes);
// Reads and parses the index beside an entry's folder.
std::optional<PackageIndex> load_index(const std::string& path);

}  // namespace lpm::store
