// The product's version.
#pragma once

#include <string_view>

namespace lpm::ops {

std::string_view version();  // "0.1.0"

}  // namespace lpm::ops
