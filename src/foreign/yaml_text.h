// Scalars of a YAML file as pnpm writes them: plain where that is safe, else in single quotes.
#pragma once

#include <string>
#include <string_view>

namespace lpm::foreign {

std::string yaml_scalar(std::string_view text);

}  // namespace lpm::foreign
