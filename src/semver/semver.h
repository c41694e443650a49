// semver: npm's version and range grammar (docs: node-semver 7), loose forms included.
// Owns: parsing, ordering, matching, picking the highest match. Knows nothing of registries or
// dist-tags. Main types: Version, Range. All functions are pure and thread-safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::semver {

enum class Mode { Strict, Loose };

// One version. Build metadata is kept for display and ignored in ordering and equality.
struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::string prerelease;  // "beta.2"; empty when none
  std::string build;

  // At most 256 bytes; numbers up to 2^53-1, as node-semver. Surrounding white space and a leading
  // `v` or
  // `=` are accepted as node-semver does in `mode`.
  static std::optional<Version> parse(std::string_view text, Mode mode = Mode::Loose);
  std::string to_string() const;  // canonical, without build metadata

  bool has_prerelease() const { return !prerelease.empty(); }
  std::strong_ordering operator<=>(const Version& other) const {
    if (major != other.major) return major <=> other.major;
    if (minor != other.minor) return minor <=> other.minor;
    if (patch != other.patch) return patch <=> other.patch;
    return compare_prereleases(prerelease, other.prerelease);
  }
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }

 private:
  static std::strong_ordering compare_prereleases(const std::string& a, const std::string& b);
};

// Orders by precedence; equal precedence by build metadata (node-semver compareBuild).
std::strong_ordering compare_build(const Version& a, const Version& b);

enum class Prereleases {
  OnlySameTuple,  // node-semver's default rule
  Any,            // includePrerelease: true
};

// A set of acceptable versions: `^1.2.0 || >=3 <4`.
class Range {
 public:
  // Nothing when the text is not a range (then it may be a dist-tag). Empty text is `*`.
  static std::optional<Range> parse(std::string_view text, Mode mode = Mode::Loose);

  bool contains(const Version& version, Prereleases prereleases = Prereleases::OnlySameTuple) const;
  // A single `=1.2.3` comparator: the version it names.
  const Version* exact() const;
  bool is_any() const;  // `*`, empty
  // The lowest version that the range admits (node-semver minVersion).
  std::optional<Version> minimum() const;
  const std::string& text() const { return text_; }  // as written, trimmed

 private:
  enum class Operator : std::uint8_t { Any, Equal, Less, LessEqual, Greater, GreaterEqual };
  // What Prereleases::Any makes of a comparator: a bound that came from an x-range or a hyphen
  // range opens.
  enum class Opening : std::uint8_t {
    None,
    FromPrereleases,  // the bound counts from its own `-0`
    ThroughPatch,     // `<=1.2.3` means below `1.2.4-0`
    FromZero,         // written as `>=0.0.0`, which is `*` otherwise
  };
  struct Comparator {
    Version version;
    Operator op = Operator::Any;
    Opening opening = Opening::None;
    bool ends_set = false;
  };
  static bool admits(const Comparator& comparator, const Version& version);
  static bool admits_opened(const Comparator& comparator, const Version& version);
  bool contains_opened(const Version& version) const;

  std::string text_;
  // Sets one behind the other: all comparators of one set must hold, and one set must.
  std::vector<Comparator> comparators_;
  bool is_any_ = false;
  friend class RangeParser;
};

// Index of the highest contained version, or nothing. (node-semver maxSatisfying)
std::optional<std::size_t> max_satisfying(std::span<const Version> versions, const Range& range,
                                          Prereleases prereleases = Prereleases::OnlySameTuple);

}  // namespace lpm::semver
