#include "workspace/pattern.h"

#include "base/glob.h"
#include "base/text.h"

namespace lpm::workspace {
namespace {

// More alternatives than anybody writes by hand.
constexpr std::size_t kMostAlternatives = 256;
constexpr std::size_t kLongestPattern = 4096;

Segment segment_of(std::string_view text) {
  if (text == "**") return {Segment::Kind::AnyDepth, std::string(text)};
  const bool is_glob = text.find_first_of("*?[") != std::string_view::npos;
  return {is_glob ? Segment::Kind::Glob : Segment::Kind::Literal, std::string(text)};
}

std::optional<Pattern> parse_one(std::string_view text, bool excludes) {
  Pattern pattern{excludes, {}};
  for (const std::string_view part : split(text, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." || part.find('\0') != std::string_view::npos) return std::nullopt;
    const Segment segment = segment_of(part);
    const bool repeats = segment.kind == Segment::Kind::AnyDepth && !pattern.segments.empty() &&
                         pattern.segments.back().kind == Segment::Kind::AnyDepth;
    if (!repeats) pattern.segments.push_back(segment);
  }
  return pattern;
}

}  // namespace

bool Segment::matches(std::string_view name) const {
  if (name == "node_modules") return false;
  if (kind == Kind::Literal) return name == text;
  if (name.starts_with('.') && !text.starts_with('.')) return false;
  return kind == Kind::AnyDepth || matches_glob(text, name);
}

std::optional<std::vector<Pattern>> parse_pattern(std::string_view text) {
  if (text.size() > kLongestPattern) return std::nullopt;
  bool excludes = false;
  for (; text.starts_with('!'); text.remove_prefix(1)) excludes = !excludes;
  std::vector<std::string> alternatives;
  if (!expand_braces(text, kMostAlternatives, alternatives)) return std::nullopt;
  std::vector<Pattern> patterns;
  for (const std::string& alternative : alternatives) {
    std::optional<Pattern> pattern = parse_one(alternative, excludes);
    if (!pattern) return std::nullopt;
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

bool matches(const Pattern& pattern, const std::vector<std::string_view>& path) {
  std::vector<std::string_view> globs;
  for (const Segment& segment : pattern.segments) globs.push_back(segment.text);
  return matches_path(globs, path, [](std::string_view glob, std::string_view name) {
    return segment_of(glob).matches(name);
  });
}

}  // namespace lpm::workspace
