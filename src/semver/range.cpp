// npm's range grammar, as node-semver reads it: `||` separates sets, spaces separate comparators that must all
// hold. Carets, tildes, x-ranges and hyphen ranges are rewritten into plain comparators while parsing:
//
//   ^1.2.3   >=1.2.3 <2.0.0-0        ~1.2     >=1.2.0 <1.3.0-0
//   1.x      >=1.0.0 <2.0.0-0        1 - 2.3  >=1.0.0 <2.4.0-0
//
// The `-0` keeps prereleases of the excluded version out. Loose mode drops words that are no comparators.
#include <algorithm>
#include <cctype>

#include "semver/semver.h"

namespace lpm::semver {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = trimmed(text)).empty()) {
    std::size_t end = 0;
    while (end < text.size() && !is_space(text[end])) ++end;
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

// A version in which trailing parts may be missing or `x`.
struct Partial {
  bool any_major = false, any_minor = false, any_patch = false;
  bool number_after_x = false;  // `1.x.2`, which only carets and tildes accept
  bool overflows = false;       // a number beyond 2^53 - 1
  Version version;
  bool has_any() const { return any_patch; }
};

bool is_x(std::string_view part) { return part == "x" || part == "X" || part == "*"; }

// Sixteen digits or more: beyond what node-semver counts as a safe number.
bool has_long_number(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    if (run >= 16) return true;
  }
  return false;
}

std::optional<Partial> parse_partial(std::string_view text, Mode mode) {
  while (!text.empty() && (text.front() == 'v' || text.front() == '=' || is_space(text.front()))) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::string_view parts[3];
  std::size_t count = 0;
  std::size_t at = 0;
  while (count < 3) {
    std::size_t end = at;
    if (end < text.size() && is_x(text.substr(end, 1)))
      ++end;
    else
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == at) return std::nullopt;
    parts[count++] = text.substr(at, end - at);
    at = end;
    if (count == 3 || at == text.size() || text[at] != '.') break;
    ++at;
  }
  if (count < 3 && at != text.size()) return std::nullopt;
  Partial partial;
  partial.any_major = is_x(parts[0]);
  partial.any_minor = partial.any_major || count < 2 || is_x(parts[1]);
  partial.any_patch = partial.any_minor || count < 3 || is_x(parts[2]);
  // The numbers before the first x, and a suffix after three parts, must be a version once the rest is zero.
  const std::string_view rest = text.substr(at);
  std::string whole;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0) whole += '.';
    if (i < count && !is_x(parts[i])) whole += parts[i];
    else whole += '0';
  }
  whole += rest;
  partial.number_after_x = (is_x(parts[0]) && count > 1 && !is_x(parts[1])) ||
                           (partial.any_minor && count == 3 && !is_x(parts[2]));
  const std::optional<Version> version = Version::parse(whole, mode);
  if (!version) {
    partial.overflows = has_long_number(text);
    if (!partial.overflows) return std::nullopt;
    return partial;
  }
  partial.version = *version;
  partial.version.build.clear();
  if (partial.any_major) partial.version = Version{};
  else if (partial.any_minor) partial.version = Version{partial.version.major, 0, 0, "", ""};
  else if (partial.any_patch) partial.version = Version{partial.version.major, partial.version.minor, 0, "", ""};
  return partial;
}

constexpr std::uint64_t kMaxNumber = 9007199254740991;  // 2^53 - 1

// Build metadata is no part of a range: `1.2.3+b` means `1.2.3`.
std::string without_build(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_word = [&](std::size_t at) {
      return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '-');
    };
    if (text[i] != '+' || !is_word(i + 1)) {
      result += text[i];
      continue;
    }
    while (is_word(i + 1) || (text[i + 1 < text.size() ? i + 1 : i] == '.' && is_word(i + 2))) ++i;
  }
  return result;
}

Version before(std::uint64_t major, std::uint64_t minor, std::uint64_t patch) { return {major, minor, patch, "0", ""}; }

bool is_operator_only(std::string_view word) {
  return word == "<" || word == ">" || word == "<=" || word == ">=" || word == "=" || word == "~" || word == "~>" ||
         word == "^";
}

}  // namespace

// Builds the sets of a Range; a friend, so that comparators stay private.
class RangeParser {
 public:
  using Operator = Range::Operator;
  using Comparator = Range::Comparator;
  using ComparatorSet = Range::ComparatorSet;

  RangeParser(Range& range, Mode mode) : range_(range), mode_(mode) {}

  bool parse(std::string_view text) {
    std::size_t start = 0;
    while (true) {
      const std::size_t end = text.find("||", start);
      ComparatorSet set;
      if (!parse_set(trimmed(text.substr(start, end - start)), set)) return false;
      if (!set.empty()) range_.sets_.push_back(std::move(set));
      if (end == std::string_view::npos) break;
      start = end + 2;
    }
    if (range_.sets_.empty()) return false;
    simplify();
    return true;
  }

 private:
  static bool is_nothing(const ComparatorSet& set) {
    return set.front().op == Operator::Less && set.front().version == before(0, 0, 0);
  }

  // Sets that admit nothing go when another is there; one that admits all replaces the others.
  void simplify() {
    std::vector<ComparatorSet>& sets = range_.sets_;
    if (sets.size() < 2) return;
    const ComparatorSet first = sets.front();
    std::erase_if(sets, is_nothing);
    if (sets.empty()) sets.push_back(first);
    for (const ComparatorSet& set : sets) {
      if (set.size() != 1 || set.front().op != Operator::Any) continue;
      const ComparatorSet any = set;
      sets.assign(1, any);
      return;
    }
  }

  bool parse_set(std::string_view text, ComparatorSet& set) {
    const std::vector<std::string_view> words = words_of(text);
    if (words.empty()) {
      set.push_back({Operator::Any, {}});
      return true;
    }
    if (words.size() == 3 && words[1] == "-" && parse_hyphen(words[0], words[2], set)) return finish(set);
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::string word(words[i]);
      if (is_operator_only(word) && i + 1 < words.size()) word += words[++i];
      if (!parse_word(word, set)) {
        if (mode_ == Mode::Strict) return false;
      }
    }
    return finish(set);
  }

  // Duplicates go; one comparator that admits nothing stands for all; `*` beside others is dropped.
  bool finish(ComparatorSet& set) {
    for (const Comparator& comparator : set) {
      const Version& v = comparator.version;
      if (overflows_ || v.major > kMaxNumber || v.minor > kMaxNumber || v.patch > kMaxNumber) return false;
    }
    ComparatorSet unique;
    for (const Comparator& comparator : set) {
      if (comparator.op == Operator::Less && comparator.version == before(0, 0, 0)) {
        set.assign(1, comparator);
        return true;
      }
      if (std::find(unique.begin(), unique.end(), comparator) == unique.end()) unique.push_back(comparator);
    }
    if (unique.size() > 1) std::erase_if(unique, [](const Comparator& c) { return c.op == Operator::Any; });
    set = std::move(unique);
    return true;
  }

  bool parse_hyphen(std::string_view from_text, std::string_view to_text, ComparatorSet& set) {
    const std::optional<Partial> from = parse_partial(from_text, mode_), to = parse_partial(to_text, mode_);
    if (!from || !to) return false;
    overflows_ = overflows_ || from->overflows || to->overflows;
    if (from->any_major)
      set.push_back({Operator::Any, {}});
    else
      set.push_back({Operator::GreaterEqual, from->version, !from->version.has_prerelease()});
    const Version& v = to->version;
    if (to->any_major)
      set.push_back({Operator::Any, {}});
    else if (to->any_minor)
      set.push_back({Operator::Less, before(v.major + 1, 0, 0)});
    else if (to->any_patch)
      set.push_back({Operator::Less, before(v.major, v.minor + 1, 0)});
    else
      set.push_back({Operator::LessEqual, v, !v.has_prerelease()});
    return true;
  }

  bool parse_word(std::string_view word, ComparatorSet& set) {
    if (word.starts_with('^')) return caret(word.substr(1), set);
    if (word.starts_with("~>")) return tilde(word.substr(2), set);
    if (word.starts_with('~')) return tilde(word.substr(1), set);
    Operator op = Operator::Equal;
    bool has_operator = false;
    if (word.starts_with('<') || word.starts_with('>')) {
      const bool less = word.front() == '<';
      word.remove_prefix(1);
      const bool equal = word.starts_with('=');
      if (equal) word.remove_prefix(1);
      op = less ? (equal ? Operator::LessEqual : Operator::Less) : (equal ? Operator::GreaterEqual : Operator::Greater);
      has_operator = true;
    } else if (word.starts_with('=')) {
      word.remove_prefix(1);
    }
    const std::optional<Partial> partial = parse_partial(word, mode_);
    if (!partial || (!partial->has_any() && !partial->overflows)) return comparator_of_version(op, word, set);
    if (partial->number_after_x) return false;
    return x_range(op, has_operator, *partial, set);
  }

  bool comparator_of_version(Operator op, std::string_view text, ComparatorSet& set) {
    const std::optional<Version> version = Version::parse(text, mode_);
    if (!version) return false;
    set.push_back({op, *version});
    set.back().version.build.clear();
    return true;
  }

  bool x_range(Operator op, bool has_operator, const Partial& partial, ComparatorSet& set) {
    const Version& v = partial.version;
    overflows_ = overflows_ || partial.overflows;
    if (partial.any_major) {
      const bool nothing = op == Operator::Less || op == Operator::Greater;
      if (nothing)
        set.push_back({Operator::Less, before(0, 0, 0)});
      else
        set.push_back({Operator::Any, {}});
      return true;
    }
    const Version next = partial.any_minor ? Version{v.major + 1, 0, 0, "", ""} : Version{v.major, v.minor + 1, 0, "", ""};
    if (!has_operator) {
      set.push_back({Operator::GreaterEqual, v, true});
      set.push_back({Operator::Less, before(next.major, next.minor, 0)});
    } else if (op == Operator::Greater) {
      set.push_back({Operator::GreaterEqual, next, true});
    } else if (op == Operator::LessEqual) {
      set.push_back({Operator::Less, before(next.major, next.minor, 0)});
    } else if (op == Operator::Less) {
      set.push_back({Operator::Less, before(v.major, v.minor, 0)});
    } else {
      set.push_back({Operator::GreaterEqual, v, true});
    }
    drop_trivial(set);
    return true;
  }

  // `>=0.0.0` admits every release.
  static void drop_trivial(ComparatorSet& set) {
    Comparator& last = set.back();
    if (last.op == Operator::GreaterEqual && last.widens && last.version == Version{}) last = {Operator::Any, {}};
  }

  bool tilde(std::string_view text, ComparatorSet& set) {
    const std::optional<Partial> partial = parse_partial(text, mode_);
    if (!partial) return false;
    const Version& v = partial->version;
    if (partial->any_major) {
      set.push_back({Operator::Any, {}});
      return true;
    }
    overflows_ = overflows_ || partial->overflows;
    set.push_back({Operator::GreaterEqual, v, partial->has_any()});
    set.push_back({Operator::Less, partial->any_minor ? before(v.major + 1, 0, 0) : before(v.major, v.minor + 1, 0)});
    return true;
  }

  bool caret(std::string_view text, ComparatorSet& set) {
    const std::optional<Partial> partial = parse_partial(text, mode_);
    if (!partial) return false;
    const Version& v = partial->version;
    if (partial->any_major) {
      set.push_back({Operator::Any, {}});
      return true;
    }
    overflows_ = overflows_ || partial->overflows;
    set.push_back({Operator::GreaterEqual, v, partial->has_any()});
    if (v.major > 0 || partial->any_minor)
      set.push_back({Operator::Less, before(v.major + 1, 0, 0)});
    else if (v.minor > 0 || partial->any_patch)
      set.push_back({Operator::Less, before(0, v.minor + 1, 0)});
    else
      set.push_back({Operator::Less, before(0, 0, v.patch + 1)});
    return true;
  }

  Range& range_;
  const Mode mode_;
  bool overflows_ = false;
};

std::optional<Range> Range::parse(std::string_view text, Mode mode) {
  Range range;
  range.text_ = trimmed(text);
  const bool has_build = text.find('+') != std::string_view::npos;
  if (!RangeParser(range, mode).parse(has_build ? without_build(range.text_) : range.text_)) return std::nullopt;
  return range;
}

bool Range::admits(const Comparator& comparator, const Version& version, Prereleases prereleases) {
  const bool opened = comparator.widens && prereleases == Prereleases::Any;
  switch (comparator.op) {
    case Operator::Any: return true;
    case Operator::Equal: return version == comparator.version;
    case Operator::Less: return version < comparator.version;
    case Operator::Greater: return version > comparator.version;
    case Operator::LessEqual:
      if (opened) {
        const Version& v = comparator.version;
        return version < before(v.major, v.minor, v.patch + 1);
      }
      return version <= comparator.version;
    case Operator::GreaterEqual:
      if (opened) {
        const Version& v = comparator.version;
        return version >= before(v.major, v.minor, v.patch);
      }
      return version >= comparator.version;
  }
  return false;
}

bool Range::contains(const Version& version, Prereleases prereleases) const {
  const bool needs_same_tuple = version.has_prerelease() && prereleases == Prereleases::OnlySameTuple;
  for (const ComparatorSet& set : sets_) {
    bool tuple_named = false;
    const bool all = std::all_of(set.begin(), set.end(), [&](const Comparator& comparator) {
      const Version& v = comparator.version;
      tuple_named = tuple_named || (comparator.op != Operator::Any && v.has_prerelease() && v.major == version.major &&
                                    v.minor == version.minor && v.patch == version.patch);
      return admits(comparator, version, prereleases);
    });
    if (all && (!needs_same_tuple || tuple_named)) return true;
  }
  return false;
}

const Version* Range::exact() const {
  if (sets_.size() != 1 || sets_.front().size() != 1 || sets_.front().front().op != Operator::Equal) return nullptr;
  return &sets_.front().front().version;
}

bool Range::is_any() const {
  return sets_.size() == 1 && sets_.front().size() == 1 && sets_.front().front().op == Operator::Any;
}

std::optional<Version> Range::minimum() const {
  for (const Version& lowest : {Version{}, before(0, 0, 0)})
    if (contains(lowest)) return lowest;
  std::optional<Version> best;
  for (const ComparatorSet& set : sets_) {
    std::optional<Version> set_lowest;
    for (const Comparator& comparator : set) {
      if (comparator.op == Operator::Less || comparator.op == Operator::LessEqual || comparator.op == Operator::Any)
        continue;
      Version candidate = comparator.version;
      if (comparator.op == Operator::Greater) {
        if (candidate.has_prerelease())
          candidate.prerelease += ".0";
        else
          ++candidate.patch;
      }
      if (!set_lowest || candidate > *set_lowest) set_lowest = candidate;
    }
    if (set_lowest && (!best || *best > *set_lowest)) best = set_lowest;
  }
  if (best && contains(*best)) return best;
  return std::nullopt;
}

}  // namespace lpm::semver
