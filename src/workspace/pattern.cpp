#include "workspace/pattern.h"

#include <algorithm>

#include "base/text.h"

namespace lpm::workspace {
namespace {

// More alternatives than anybody writes by hand.
constexpr std::size_t kMostAlternatives = 256;
constexpr std::size_t kLongestPattern = 4096;

// The end of a class `[...]` that begins at `at`; npos when it is none.
std::size_t end_of_class(std::string_view glob, std::size_t at) {
  std::size_t end = at + 1;
  if (end < glob.size() && (glob[end] == '!' || glob[end] == '^')) ++end;
  if (end < glob.size() && glob[end] == ']') ++end;
  return glob.find(']', end);
}

bool is_in_class(std::string_view members, char c) {
  const bool negated = members.starts_with('!') || members.starts_with('^');
  if (negated) members.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i + 2 < members.size() && members[i + 1] == '-') {
      found = found || (members[i] <= c && c <= members[i + 2]);
      i += 2;
    } else {
      found = found || members[i] == c;
    }
  }
  return found != negated;
}

// How much of the glob one character uses up; 0 when it does not match.
std::size_t match_one(std::string_view glob, std::size_t at, char c) {
  if (glob[at] == '?') return 1;
  if (glob[at] == '[')
    if (const std::size_t end = end_of_class(glob, at); end != std::string_view::npos)
      return is_in_class(glob.substr(at + 1, end - at - 1), c) ? end - at + 1 : 0;
  return glob[at] == c ? 1 : 0;
}

struct Braces {
  std::size_t begin, end;
  std::vector<std::string_view> alternatives;
};

// The first group with a comma at its own level.
std::optional<Braces> find_braces(std::string_view text) {
  for (std::size_t begin = text.find('{'); begin != text.npos; begin = text.find('{', begin + 1)) {
    Braces braces{begin, 0, {}};
    std::size_t depth = 0, start = begin + 1;
    for (std::size_t i = begin; i < text.size(); ++i) {
      if (text[i] == '{') ++depth;
      if (text[i] == ',' && depth == 1) {
        braces.alternatives.push_back(text.substr(start, i - start));
        start = i + 1;
      }
      if (text[i] != '}' || --depth > 0) continue;
      braces.alternatives.push_back(text.substr(start, i - start));
      braces.end = i + 1;
      break;
    }
    if (braces.end != 0 && braces.alternatives.size() > 1) return braces;
    if (braces.end == 0) return std::nullopt;
  }
  return std::nullopt;
}

// False when there are too many.
bool expand_braces(const std::string& text, std::vector<std::string>& out) {
  const std::optional<Braces> braces = find_braces(text);
  if (!braces) {
    out.push_back(text);
    return out.size() <= kMostAlternatives;
  }
  return std::all_of(braces->alternatives.begin(), braces->alternatives.end(),
                     [&](std::string_view alternative) {
                       std::string one = text.substr(0, braces->begin);
                       one.append(alternative).append(text, braces->end);
                       return expand_braces(one, out);
                     });
}

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

bool matches_glob(std::string_view glob, std::string_view name) {
  std::size_t at = 0, star = glob.npos, resume = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (at < glob.size() && glob[at] == '*') {
      star = at++;
      resume = i;
    } else if (const std::size_t used = at < glob.size() ? match_one(glob, at, name[i]) : 0) {
      at += used;
      ++i;
    } else if (star != glob.npos) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == '*') ++at;
  return at == glob.size();
}

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
  if (!expand_braces(std::string(text), alternatives)) return std::nullopt;
  std::vector<Pattern> patterns;
  for (const std::string& alternative : alternatives) {
    std::optional<Pattern> pattern = parse_one(alternative, excludes);
    if (!pattern) return std::nullopt;
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

bool matches(const Pattern& pattern, const std::vector<std::string_view>& path) {
  const std::vector<Segment>& segments = pattern.segments;
  // reached[i]: the first i segments match the parts so far.
  std::vector<bool> reached(segments.size() + 1);
  const auto pass_any_depth = [&] {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (reached[i] && segments[i].kind == Segment::Kind::AnyDepth) reached[i + 1] = true;
  };
  reached[0] = true;
  pass_any_depth();
  for (const std::string_view part : path) {
    std::vector<bool> next(segments.size() + 1);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (!reached[i] || !segments[i].matches(part)) continue;
      next[segments[i].kind == Segment::Kind::AnyDepth ? i : i + 1] = true;
    }
    reached = std::move(next);
    pass_any_depth();
  }
  return reached.back();
}

}  // namespace lpm::workspace
