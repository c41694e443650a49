// The shortest explanation of why several requirements cannot be met together.
#pragma once

#include <cstddef>
#include <vector>

namespace lpm::resolver {

// `admitted[r][c]`: requirement r admits candidate c. Indices of requirements that no candidate
// meets together, while without any one of them some candidate meets the others; the first single
// one, else the first pair, else some minimal list. Empty when a candidate meets them all.
std::vector<std::size_t> smallest_clash(const std::vector<std::vector<bool>>& admitted);

}  // namespace lpm::resolver
