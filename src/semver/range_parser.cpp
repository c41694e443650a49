// npm's range grammar as node-semver reads it: `||` separates sets, blanks separate comparators
// that must all hold. Carets, tildes, x-ranges and hyphen ranges become plain comparators while
// they are read:
//
//   ^1.2.3   >=1.2.3 <2.0.0-0        ~1.2     >=1.2.0 <1.3.0-0
//   1.x      >=1.0.0 <2.0.0-0        1 - 2.3  >=1.0.0 <2.4.0-0
//
// The `-0` keeps prereleases of the excluded version out. Strict mode refuses a range with a word
// that is no comparator, loose mode drops the word.
#include <algorithm>

#include "semver/cursor.h"
#include "semver/partial.h"
#include "semver/range_text.h"
#include "semver/semver.h"

namespace lpm::semver {

class RangeParser {
 public:
  explicit RangeParser(Mode mode) : mode_(mode) {}

  std::optional<Range> parse(std::string_view text) {
    Range range;
    range.text_ = trim_spaces(text);
    range.comparators_.reserve(2);
    comparators_ = &range.comparators_;
    std::string buffer;
    std::string_view rest = collapse_spaces(range.text_, buffer);
    for (bool last = false; !last;) {
      const std::size_t bars = rest.find("||");
      last = bars == std::string_view::npos;
      if (!parse_set(trim_spaces(rest.substr(0, bars)))) return std::nullopt;
      if (!last) rest.remove_prefix(bars + 2);
    }
    if (comparators_->empty()) {
      if (!has_void_set_) return std::nullopt;
      comparators_->push_back({Version{0, 0, 0, "0", {}}, Operator::Less, Opening::None, true});
    }
    range.is_any_ = has_any_set_;
    return range;
  }

 private:
  using Operator = Range::Operator;
  using Opening = Range::Opening;
  using Comparator = Range::Comparator;

  enum class Outcome {
    Read,
    Nothing,  // the word stands for any version
    Garbage,  // the word is no comparator
    Void,     // a number or text too large: no such range
  };

  bool parse_set(std::string_view text) {
    const std::size_t start = comparators_->size();
    std::string buffer;
    if (text.find('+') != std::string_view::npos) text = buffer = remove_builds(text);
    bool ok = true;
    if (text.find(' ') == std::string_view::npos) {
      ok = accept(parse_word(text), true);
    } else if (!parse_hyphen_range(text, ok)) {
      ok = parse_words(buffer = close_gaps(text));
    }
    if (ok) finish_set(start);
    return ok;
  }

  bool parse_words(std::string_view text) {
    for (bool first = true, last = false; !last; first = false) {
      const std::size_t blank = text.find(' ');
      last = blank == std::string_view::npos;
      if (!accept(parse_word(text.substr(0, blank)), first || last)) return false;
      if (!last) text.remove_prefix(blank + 1);
    }
    return true;
  }

  // A word for any version counts at the ends of a set only; between others it leaves no trace.
  bool accept(Outcome outcome, bool at_an_end) {
    if (outcome == Outcome::Nothing && at_an_end) comparators_->push_back({});
    return outcome != Outcome::Void && (outcome != Outcome::Garbage || mode_ == Mode::Loose);
  }

  void finish_set(std::size_t start) {
    const auto begin = comparators_->begin() + static_cast<std::ptrdiff_t>(start);
    bool all_any = true;
    for (auto comparator = begin; comparator != comparators_->end(); ++comparator) {
      if (admits_nothing(*comparator)) {
        has_void_set_ = true;
        comparators_->erase(begin, comparators_->end());
        return;
      }
      all_any = all_any && comparator->op == Operator::Any;
    }
    if (begin == comparators_->end()) return;
    has_any_set_ = has_any_set_ || all_any;
    const auto is_idle = [](const Comparator& comparator) {
      return comparator.op == Operator::Any && comparator.opening == Opening::None;
    };
    if (!all_any)
      comparators_->erase(std::remove_if(begin, comparators_->end(), is_idle), comparators_->end());
    comparators_->back().ends_set = true;
  }

  static bool admits_nothing(const Comparator& comparator) {
    const Version& bound = comparator.version;
    return comparator.op == Operator::Less && bound.major == 0 && bound.minor == 0 &&
           bound.patch == 0 && bound.prerelease == "0";
  }

  Outcome parse_word(std::string_view word) {
    if (word.empty()) return Outcome::Nothing;
    Cursor cursor(word);
    if (cursor.take('^')) {
      const auto partial = take_last_partial(cursor);
      return partial ? caret(*partial) : Outcome::Garbage;
    }
    if (cursor.take('~')) {
      cursor.take('>');
      const auto partial = take_last_partial(cursor);
      return partial ? tilde(*partial) : Outcome::Garbage;
    }
    const Operator op = take_operator(cursor);
    const bool has_operator = cursor.position() > 0;
    const std::size_t prefix_start = cursor.position();
    cursor.skip_prefix();
    const std::string_view prefix = cursor.since(prefix_start);
    const auto partial = take_last_partial(cursor);
    if (!partial || (partial->any_missing() && partial->number_after_x())) return remove_star(word);
    if (!partial->any_missing()) return whole(op, prefix, *partial, Opening::None);
    return has_operator && op != Operator::Equal ? x_bound(op, *partial) : x_range(*partial);
  }

  // A partial version at the end of the word, with whatever `v` and `=` stand before it.
  std::optional<Partial> take_last_partial(Cursor& cursor) const {
    cursor.skip_prefix();
    auto partial = take_partial(cursor, mode_);
    return cursor.at_end() ? partial : std::nullopt;
  }

  static Operator take_operator(Cursor& cursor) {
    if (cursor.take('<')) return cursor.take('=') ? Operator::LessEqual : Operator::Less;
    if (cursor.take('>')) return cursor.take('=') ? Operator::GreaterEqual : Operator::Greater;
    cursor.take('=');
    return Operator::Equal;
  }

  // node-semver cuts one `*` with its operator out of words that are nothing else: `1.2.3*` is
  // `1.2.3`.
  Outcome remove_star(std::string_view word) {
    const std::size_t star = word.find('*');
    if (star == std::string_view::npos) return Outcome::Garbage;
    std::size_t start = star;
    if (start > 0 && word[start - 1] == '=') --start;
    if (start > 0 && (word[start - 1] == '<' || word[start - 1] == '>')) --start;
    const std::string rest = std::string(word.substr(0, start)).append(word.substr(star + 1));
    Cursor cursor(rest);
    const Operator op = take_operator(cursor);
    const std::size_t prefix_start = cursor.position();
    cursor.skip_prefix();
    const std::string_view prefix = cursor.since(prefix_start);
    const auto partial = take_last_partial(cursor);
    if (!partial || partial->any_missing()) return Outcome::Garbage;
    return whole(op, prefix, *partial, Opening::None);
  }

  // A comparator with a whole version; strict mode admits one `v` before it.
  Outcome whole(Operator op, std::string_view prefix, const Partial& v, Opening opening) {
    if (mode_ == Mode::Strict && !prefix.empty() && prefix != "v") return Outcome::Garbage;
    return add(op, v.major, v.minor, v.patch, v.prerelease, opening, prefix.empty());
  }

  Outcome caret(const Partial& v) {
    if (v.major.is_x()) return Outcome::Nothing;
    const bool zero_major = v.major.is_literal_zero();
    const Outcome outcome = add_lower(v);
    if (outcome != Outcome::Read) return outcome;
    if (v.minor.is_x() || !zero_major) return add_below(v.major.next(), kZeroPart, kZeroPart);
    if (v.patch.is_x() || !v.minor.is_literal_zero()) {
      return add_below(v.major, v.minor.next(), kZeroPart);
    }
    return add_below(v.major, v.minor, v.patch.next());
  }

  Outcome tilde(const Partial& v) {
    if (v.major.is_x()) return Outcome::Nothing;
    const Outcome outcome = add_lower(v);
    if (outcome != Outcome::Read) return outcome;
    if (v.minor.is_x()) return add_below(v.major.next(), kZeroPart, kZeroPart);
    return add_below(v.major, v.minor.next(), kZeroPart);
  }

  Outcome x_range(const Partial& v) {
    return tilde(v);  // `1.2` is what `~1.2` is
  }

  Outcome x_bound(Operator op, const Partial& v) {
    const bool is_strict_bound = op == Operator::Less || op == Operator::Greater;
    if (v.major.is_x()) {
      return is_strict_bound ? add_below(kZeroPart, kZeroPart, kZeroPart) : Outcome::Nothing;
    }
    const bool whole_major = v.minor.is_x();
    const Part minor = whole_major ? kZeroPart : v.minor;
    const Part next_major = whole_major ? v.major.next() : v.major;
    const Part next_minor = whole_major ? kZeroPart : v.minor.next();
    switch (op) {
      case Operator::Less:
        return add_below(v.major, minor, kZeroPart);
      case Operator::LessEqual:
        return add_below(next_major, next_minor, kZeroPart);
      case Operator::Greater:
        return add(Operator::GreaterEqual, next_major, next_minor, kZeroPart, {},
                   Opening::FromPrereleases);
      default:
        return add(Operator::GreaterEqual, v.major, minor, kZeroPart, {}, Opening::FromPrereleases);
    }
  }

  // `>=` with what is missing counted as zero.
  Outcome add_lower(const Partial& v) {
    const bool missing = v.minor.is_x() || v.patch.is_x();
    return add(Operator::GreaterEqual, v.major, v.minor.is_x() ? kZeroPart : v.minor,
               missing ? kZeroPart : v.patch, missing ? std::string_view{} : v.prerelease,
               missing ? Opening::FromPrereleases : Opening::None);
  }

  Outcome add_below(const Part& major, const Part& minor, const Part& patch) {
    return add(Operator::Less, major, minor, patch, "0", Opening::None);
  }

  Outcome add(Operator op, const Part& major, const Part& minor, const Part& patch,
              std::string_view prerelease, Opening opening, bool is_canonical = true) {
    bool too_big = false;
    for (const Part* part : {&major, &minor, &patch}) {
      if (part->kind == Part::Kind::Unprintable) return Outcome::Garbage;
      too_big = too_big || part->kind == Part::Kind::TooBig;
    }
    const std::size_t size = major.text.size() + minor.text.size() + patch.text.size() + 2 +
                             (prerelease.empty() ? 0 : 1 + prerelease.size());
    if (too_big || size > kMaxVersionBytes) return Outcome::Void;
    // `>=0.0.0` is every release, hence `*`.
    if (op == Operator::GreaterEqual && prerelease.empty() && is_canonical &&
        major.is_literal_zero() && minor.is_literal_zero() && patch.is_literal_zero()) {
      op = Operator::Any;
      opening = opening == Opening::FromPrereleases ? Opening::None : Opening::FromZero;
    }
    comparators_->push_back({Version{major.value, minor.value, patch.value, {}, {}}, op, opening});
    if (!prerelease.empty())
      comparators_->back().version.prerelease = canonical_prerelease(prerelease);
    return Outcome::Read;
  }

  // `1.2 - 3`: exactly one blank on each side of the hyphen. False when the text is none; `ok` is
  // false when it is one but no valid range.
  bool parse_hyphen_range(std::string_view text, bool& ok) {
    if (text.find(" - ") == std::string_view::npos) return false;
    Cursor cursor(text);
    HyphenEnd from, to;
    if (!take_hyphen_end(cursor, from)) return false;
    if (!cursor.take(' ') || !cursor.take('-') || !cursor.take(' ')) return false;
    if (!take_hyphen_end(cursor, to)) return false;
    cursor.take(' ');
    if (!cursor.at_end()) return false;
    ok = accept(add_from(from), false) && accept(add_to(to), false);
    if (ok && from.version.major.is_x() && to.version.major.is_x()) comparators_->push_back({});
    return true;
  }

  struct HyphenEnd {
    std::string_view prefix;
    Partial version;
  };

  bool take_hyphen_end(Cursor& cursor, HyphenEnd& end) const {
    const std::size_t start = cursor.position();
    cursor.skip_prefix();
    end.prefix = trim_spaces_at_front(cursor.since(start));
    const auto partial = take_partial(cursor, mode_);
    if (partial) end.version = *partial;
    return partial.has_value();
  }

  static std::string_view trim_spaces_at_front(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
  }

  Outcome add_from(const HyphenEnd& from) {
    const Partial& v = from.version;
    if (v.major.is_x()) return Outcome::Nothing;
    if (v.minor.is_x() || v.patch.is_x()) return add_lower(v);
    return add_hyphen_bound(Operator::GreaterEqual, from,
                            v.prerelease.empty() ? Opening::FromPrereleases : Opening::None);
  }

  Outcome add_to(const HyphenEnd& to) {
    const Partial& v = to.version;
    if (v.major.is_x()) return Outcome::Nothing;
    if (v.minor.is_x()) return add_below(v.major.next(), kZeroPart, kZeroPart);
    if (v.patch.is_x()) return add_below(v.major, v.minor.next(), kZeroPart);
    if (v.prerelease.empty())
      return add_hyphen_bound(Operator::LessEqual, to, Opening::ThroughPatch);
    return add(Operator::LessEqual, v.major, v.minor, v.patch, v.prerelease, Opening::None);
  }

  // A prefix with a blank in it (`= v 1.2.3`) cuts the operator off, which then is a word that
  // means nothing.
  Outcome add_hyphen_bound(Operator op, const HyphenEnd& end, Opening opening) {
    const std::size_t blank = end.prefix.rfind(' ');
    if (blank == std::string_view::npos) return whole(op, end.prefix, end.version, opening);
    if (mode_ == Mode::Strict) return Outcome::Garbage;
    return whole(Operator::Equal, end.prefix.substr(blank + 1), end.version, opening);
  }

  const Mode mode_;
  std::vector<Comparator>* comparators_ = nullptr;
  bool has_void_set_ = false;
  bool has_any_set_ = false;
};

std::optional<Range> Range::parse(std::string_view text, Mode mode) {
  return RangeParser(mode).parse(text);
}

}  // namespace lpm::semver
