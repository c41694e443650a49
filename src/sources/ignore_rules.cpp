#include "sources/ignore_rules.h"

#include <algorithm>

#include "base/text.h"

namespace lpm::sources {
namespace {

constexpr auto npos = std::string_view::npos;
// Work that hostile patterns may cause: nested stars are tried again and again.
constexpr int kMostSteps = 20'000;
constexpr std::size_t kMostAlternatives = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `[a-z]`, `[!a]` at the front of `pattern`; its length, 0 when there is no end.
std::size_t class_length(std::string_view pattern) {
  const std::size_t end = pattern.find(']', 2);
  return end == npos ? 0 : end + 1;
}

bool class_has(std::string_view inner, char c) {
  const bool is_negated = inner.starts_with('!') || inner.starts_with('^');
  if (is_negated) inner.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (i + 2 < inner.size() && inner[i + 1] == '-') {
      found |= lower(inner[i]) <= lower(c) && lower(c) <= lower(inner[i + 2]);
      i += 2;
    } else {
      found |= lower(inner[i]) == lower(c);
    }
  }
  return found != is_negated;
}

class Matcher {
 public:
  bool run(std::string_view pattern, std::string_view path) {
    if (++steps_ > kMostSteps) return false;
    while (!pattern.empty()) {
      if (pattern.starts_with("**")) return any_folders(pattern, path);
      if (pattern[0] == '*') return any_letters(pattern.substr(1), path);
      if (path.empty()) return false;
      std::size_t used = 1;
      if (pattern[0] == '[' && (used = class_length(pattern)) != 0) {
        if (path[0] == '/' || !class_has(pattern.substr(1, used - 2), path[0])) return false;
      } else if (pattern[0] == '?') {
        if (path[0] == '/') return false;
      } else {
        used = pattern[0] == '\\' && pattern.size() > 1 ? 2 : 1;
        if (lower(pattern[used - 1]) != lower(path[0])) return false;
      }
      pattern.remove_prefix(std::max<std::size_t>(used, 1));
      path.remove_prefix(1);
    }
    return path.empty();
  }

 private:
  bool any_letters(std::string_view rest, std::string_view path) {
    for (;;) {
      if (run(rest, path)) return true;
      if (path.empty() || path[0] == '/' || steps_ > kMostSteps) return false;
      path.remove_prefix(1);
    }
  }
  // `**/a` also matches `a`; `a/**` everything below.
  bool any_folders(std::string_view pattern, std::string_view path) {
    pattern.remove_prefix(2);
    if (pattern.empty()) return !path.empty();
    if (!pattern.starts_with('/')) return any_letters(pattern, path);
    pattern.remove_prefix(1);
    for (;;) {
      if (run(pattern, path)) return true;
      const std::size_t slash = path.find('/');
      if (slash == npos || steps_ > kMostSteps) return false;
      path.remove_prefix(slash + 1);
    }
  }
  int steps_ = 0;
};

// `a{b,c}` as `ab` and `ac`.
std::vector<std::string> alternatives(std::string_view pattern) {
  std::vector<std::string> whole = {std::string(pattern)};
  for (std::size_t i = 0; i < whole.size() && whole.size() < kMostAlternatives;) {
    const std::size_t open = whole[i].find('{');
    const std::size_t close = open == npos ? npos : whole[i].find('}', open);
    if (close == npos) {
      ++i;
      continue;
    }
    const std::string one = whole[i];
    const std::string_view inner = std::string_view(one).substr(open + 1, close - open - 1);
    whole.erase(whole.begin() + static_cast<std::ptrdiff_t>(i));
    for (const std::string_view choice : split(inner, ','))
      whole.push_back(one.substr(0, open) + std::string(choice) + one.substr(close + 1));
  }
  return whole;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.find('{') == npos) return Matcher().run(pattern, path);
  const auto all = alternatives(pattern);
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& one) { return Matcher().run(one, path); });
}

void IgnoreRules::add_lines(std::string_view text, std::string_view folder) {
  for (std::string_view line : split(text, '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    Rule rule;
    if (line[0] == '!') {
      rule.negated = true;
      line.remove_prefix(1);
    }
    if (line.starts_with("./")) line.remove_prefix(1);
    if (line.ends_with('/')) {
      rule.folders_only = true;
      line.remove_suffix(1);
    }
    rule.anchored = line.find('/') != npos;
    while (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.folder = folder.empty() ? "" : std::string(folder) + "/";
    rule.pattern = line;
    rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::matches(const Rule& rule, std::string_view path, bool is_folder) const {
  if (rule.folders_only && !is_folder) return false;
  if (!path.starts_with(rule.folder)) return false;
  path.remove_prefix(rule.folder.size());
  if (!rule.anchored) path = path.substr(path.rfind('/') + 1);
  return glob_matches(rule.pattern, path);
}

IgnoreRules::Verdict IgnoreRules::judge(std::string_view path, bool is_folder) const {
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule)
    if (matches(*rule, path, is_folder)) return rule->negated ? Verdict::Wanted : Verdict::Ignored;
  return Verdict::Silent;
}

bool IgnoreRules::wants_below(std::string_view folder) const {
  const std::string prefix = std::string(folder) + "/";
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.negated && (rule.folder + rule.pattern).starts_with(prefix);
  });
}

}  // namespace lpm::sources
