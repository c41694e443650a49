// Where a kind of rules can stand in a project, the first going before the others.
#pragma once

#include <array>
#include <string_view>

#include "formats/formats.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

struct RulePlace {
  std::string_view title;                       // "pnpm.overrides"
  std::string_view file;                        // for messages
  const formats::json::Value* value = nullptr;  // null: no such rules
};

struct RulePlaces {
  RulePlace own;             // `lpm` in package.json
  RulePlace pnpm_workspace;  // pnpm-workspace.yaml, which goes before package.json in pnpm, too
  RulePlace pnpm;            // `pnpm` in package.json

  std::array<RulePlace, 3> all() const { return {own, pnpm_workspace, pnpm}; }
};

// `kind`: "overrides", "packageExtensions" or "peerDependencyRules".
RulePlaces places_of(const manifest::Manifest& root, std::string_view kind);

}  // namespace lpm::resolver
