// What the project says about peers that are missing or out of range: pnpm's peerDependencyRules
// (docs/resolution.md, section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

class PeerRules {
 public:
  // BAD_RULE for wrong shapes, with the file.
  static Result<PeerRules> parse(const manifest::Manifest& root);

  bool ignores_any_missing() const { return !ignored_.empty(); }
  // A peer of this name that nothing supplies is neither added nor told.
  bool ignores_missing(std::string_view name) const;
  // A version of a peer that its dependent's range does not admit does no harm.
  struct Dependent {
    std::string_view name;
    const semver::Version& version;
  };
  bool allows(const Dependent& dependent, std::string_view peer,
              const semver::Version& version) const;
  // Of the part that changes what is installed; "" when there is none.
  std::string canonical_text() const;

 private:
  struct Allowed {
    std::string dependent;  // "" for whoever it is
    std::optional<semver::Range> dependent_range;
    std::string peer;
    semver::Range range;
  };
  Status add_allowed(const struct RulePlace& place, const std::string& key,
                     const formats::json::Value& value);

  std::vector<std::string> ignored_;  // patterns
  std::vector<std::string> any_;      // patterns
  std::vector<Allowed> allowed_;
};

}  // namespace lpm::resolver
