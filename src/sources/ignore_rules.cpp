#include "sources/ignore_rules.h"

#include <algorithm>

#include "base/glob.h"
#include "base/text.h"

namespace lpm::sources {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMostAlternatives = 64;
constexpr std::size_t kLongestPattern = 4096;

// One without braces. A `**` at the end is everything below, and not the folder itself.
bool matches_one(std::string_view pattern, const std::vector<std::string_view>& path) {
  std::vector<std::string_view> parts = split(pattern, '/');
  if (parts.back() == "**") parts.push_back("*");
  return matches_path(parts, path, [](std::string_view glob, std::string_view name) {
    return matches_glob(glob, name, {.ignores_case = true, .has_escapes = true});
  });
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.size() > kLongestPattern) return false;
  const std::vector<std::string_view> parts = split(path, '/');
  if (pattern.find('{') == npos) return matches_one(pattern, parts);
  std::vector<std::string> all;
  if (!expand_braces(pattern, kMostAlternatives, all)) return false;
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& one) { return matches_one(one, parts); });
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
