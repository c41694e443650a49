#include "base/glob.h"

#include <algorithm>
#include <optional>

namespace lpm {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

class Matcher {
 public:
  Matcher(std::string_view glob, GlobStyle style) : glob_(glob), style_(style) {}

  // A star takes as little as it can, and more only where the rest does not fit.
  bool matches(std::string_view text) const {
    std::size_t at = 0, star = glob_.npos, resume = 0;
    for (std::size_t i = 0; i < text.size();) {
      if (at < glob_.size() && glob_[at] == '*') {
        star = at++;
        resume = i;
      } else if (const std::size_t used = at < glob_.size() ? match_one(at, text[i]) : 0) {
        at += used;
        ++i;
      } else if (star != glob_.npos) {
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < glob_.size() && glob_[at] == '*') ++at;
    return at == glob_.size();
  }

 private:
  char folded(char c) const { return style_.ignores_case ? lower(c) : c; }
  bool is_same(char a, char b) const { return folded(a) == folded(b); }

  // How much of the glob one character uses up; 0 when it does not match.
  std::size_t match_one(std::size_t at, char c) const {
    if (style_.only_stars) return glob_[at] == c ? 1 : 0;
    if (glob_[at] == '?') return 1;
    if (glob_[at] == '[')
      if (const std::size_t end = end_of_class(at); end != glob_.npos)
        return is_in_class(glob_.substr(at + 1, end - at - 1), c) ? end - at + 1 : 0;
    if (style_.has_escapes && glob_[at] == '\\' && at + 1 < glob_.size())
      return is_same(glob_[at + 1], c) ? 2 : 0;
    return is_same(glob_[at], c) ? 1 : 0;
  }

  // npos when it is none.
  std::size_t end_of_class(std::size_t at) const {
    std::size_t end = at + 1;
    if (end < glob_.size() && (glob_[end] == '!' || glob_[end] == '^')) ++end;
    if (end < glob_.size() && glob_[end] == ']') ++end;
    return glob_.find(']', end);
  }

  bool is_in_class(std::string_view members, char c) const {
    const bool negated = members.starts_with('!') || members.starts_with('^');
    if (negated) members.remove_prefix(1);
    bool found = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i + 2 < members.size() && members[i + 1] == '-') {
        found = found || (folded(members[i]) <= folded(c) && folded(c) <= folded(members[i + 2]));
        i += 2;
      } else {
        found = found || is_same(members[i], c);
      }
    }
    return found != negated;
  }

  const std::string_view glob_;
  const GlobStyle style_;
};

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

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text, GlobStyle style) {
  return Matcher(glob, style).matches(text);
}

bool matches_path(
    const std::vector<std::string_view>& glob, const std::vector<std::string_view>& path,
    const std::function<bool(std::string_view glob, std::string_view part)>& matches_part) {
  // reached[i]: the first i parts of the glob match the parts of the path so far.
  std::vector<bool> reached(glob.size() + 1);
  const auto pass_any_depth = [&] {
    for (std::size_t i = 0; i < glob.size(); ++i)
      if (reached[i] && glob[i] == "**") reached[i + 1] = true;
  };
  reached[0] = true;
  pass_any_depth();
  for (const std::string_view part : path) {
    std::vector<bool> next(glob.size() + 1);
    for (std::size_t i = 0; i < glob.size(); ++i) {
      if (!reached[i] || !matches_part(glob[i], part)) continue;
      next[glob[i] == "**" ? i : i + 1] = true;
    }
    reached = std::move(next);
    pass_any_depth();
  }
  return reached.back();
}

bool expand_braces(std::string_view text, std::size_t most, std::vector<std::string>& out) {
  const std::optional<Braces> braces = find_braces(text);
  if (!braces) {
    out.emplace_back(text);
    return out.size() <= most;
  }
  return std::all_of(braces->alternatives.begin(), braces->alternatives.end(),
                     [&](std::string_view alternative) {
                       std::string one(text.substr(0, braces->begin));
                       one.append(alternative).append(text.substr(braces->end));
                       return expand_braces(one, most, out);
                     });
}

}  // namespace lpm
