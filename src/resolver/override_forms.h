// The overrides of a project in whatever form they are written: `lpm.overrides`, npm's `overrides`,
// pnpm's, yarn's `resolutions`; as one list (docs/resolution.md, section 2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/formats.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

struct OverrideStep {
  std::string key;         // "a", "a@^1"
  bool is_direct = false;  // a dependency of the step before itself, not deeper below it
};

struct OverrideEntry {
  std::string_view form;  // "overrides", "pnpm.overrides"
  std::string written;    // "a > b"; "a>b" where that is the key
  std::vector<OverrideStep> steps;
  std::string value;  // "": none, only what is below it has one
  // npm's rule: what the root itself depends on is not overridden by another specifier.
  bool spares_directs = false;

  // "overrides > a > b".
  std::string title() const;
};

// What goes before comes first. BAD_OVERRIDE for wrong shapes, with the place.
Result<std::vector<OverrideEntry>> read_overrides(const manifest::Manifest& root);

// "a", "1" of `a@1`; the second is empty without a range.
struct NameAndRange {
  std::string_view name;
  std::string_view range;
};
NameAndRange split_selector(std::string_view key);

// A `>` behind a name or a version, and not that of a range; npos when there is none.
std::size_t find_separator(std::string_view key);

}  // namespace lpm::resolver
