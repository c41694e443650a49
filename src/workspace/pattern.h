// Patterns of `workspaces`: segments with `*`, `?`, `[...]` and `{a,b}`, and `**` for any depth. A
// leading `!` takes away what earlier patterns matched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::workspace {

struct Segment {
  enum class Kind : std::uint8_t { Literal, Glob, AnyDepth };
  Kind kind;
  std::string text;

  // Names that begin with a dot match only what says the dot; node_modules matches nothing.
  bool matches(std::string_view name) const;
};

struct Pattern {
  bool excludes = false;
  std::vector<Segment> segments;
};

// The patterns that one text means: several when it has braces. Nothing when it leaves the folder
// or is too large.
std::optional<std::vector<Pattern>> parse_pattern(std::string_view text);

// Does the whole path (parts between slashes) match?
bool matches(const Pattern& pattern, const std::vector<std::string_view>& path);

}  // namespace lpm::workspace
