// Of a package that no registry has: what its dependent's own specifier and the lockfile say
// together. The repository or address is the dependent's, so that a lockfile cannot name another;
// the commit is the file's.
#pragma once

#include <optional>
#include <string_view>

#include "foreign/foreign.h"

namespace lpm::foreign {

// Nothing when the specifier names no repository or archive, or the entry no whole commit.
std::optional<graph::Source> carried_source(std::string_view name, std::string_view spec,
                                            const Entry& entry);

}  // namespace lpm::foreign
