// Git repositories among the specifiers, and what stands behind their `#`.
#pragma once

#include <optional>
#include <string_view>

#include "manifest/spec.h"

namespace lpm::manifest {

// Nothing when the text is no git specifier; BAD_SPEC when it is one but cannot be used.
Result<std::optional<GitSpec>> parse_git_spec(std::string_view text);

}  // namespace lpm::manifest
