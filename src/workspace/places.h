// Where something stands in a manifest, for messages.
#pragma once

#include <string>
#include <string_view>

namespace lpm::workspace {

struct Dependent;

// "packages/web/package.json:5:14", of an entry of a field; the file alone when it is not there.
std::string place_in(const Dependent& dependent, std::string_view field, std::string_view name);

}  // namespace lpm::workspace
