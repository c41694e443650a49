// What makes a folder the root of a workspace: the patterns of its members, in package.json as npm
// reads it, else in pnpm-workspace.yaml.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "workspace/catalogs.h"
#include "workspace/pattern.h"

namespace lpm::workspace {

inline constexpr std::string_view kPnpmFile = "pnpm-workspace.yaml";

struct Definition {
  std::vector<Pattern> patterns;  // in order
  // The patterns are pnpm-workspace.yaml's: there, exclusions count wherever they stand.
  bool is_pnpm = false;
  Catalogs catalogs;
  formats::json::Value rules;  // see Workspace

  // Whether the last pattern that matches the path (relative, no slash at its ends) is no
  // exclusion.
  bool takes(std::string_view path) const;
};

// `pnpm_text` is that of pnpm-workspace.yaml, "" when there is none. BAD_WORKSPACE with the place;
// BAD_YAML.
Result<Definition> read_definition(const manifest::Manifest& manifest, std::string_view text,
                                   std::string_view pnpm_text);

}  // namespace lpm::workspace
