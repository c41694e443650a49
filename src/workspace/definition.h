// What makes a folder the root of a workspace: the patterns of its members.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "workspace/pattern.h"

namespace lpm::workspace {

struct Definition {
  std::vector<Pattern> patterns;  // in order

  // Whether the last pattern that matches the path (relative, no slash at its ends) is no
  // exclusion.
  bool takes(std::string_view path) const;
};

// BAD_WORKSPACE with the pattern's place in `text`.
Result<Definition> read_definition(const manifest::Manifest& manifest, std::string_view text);

}  // namespace lpm::workspace
