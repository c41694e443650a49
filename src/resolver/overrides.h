// npm's `overrides`, and `lpm.overrides` over them (override_tree.h): a tree of rules. Each place
// of the graph has a current rule, the one whose subtree it lies in; from there rules are looked
// for from the inside to the outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "resolver/spec_table.h"

namespace lpm::resolver {

using RuleId = std::uint32_t;
inline constexpr RuleId kNoRule = 0;  // the root of the tree: nothing entered

class Overrides {
 public:
  // BAD_OVERRIDE for wrong shapes, unknown `$name`s, and rules that contradict a direct dependency
  // of the root.
  static Result<Overrides> parse(const manifest::Manifest& root);

  bool empty() const { return rules_.size() <= 1; }

  struct Match {
    RuleId rule;
    std::string_view value;  // the specifier that replaces the edge's; owned by the overrides
  };
  // The rule that replaces the specifier of an edge at a place with the current rule `at`.
  std::optional<Match> match_edge(RuleId at, std::string_view name, const Spec& spec) const;
  // The current rule below a package that an edge led to. `edge_rule`: what matched the edge, else
  // `at`.
  RuleId enter(RuleId edge_rule, std::string_view name, const semver::Version& version) const;

  // All rules that replace a specifier.
  std::vector<RuleId> replacing() const;
  // "a > b@^1": the keys from the top to the rule.
  std::string path(RuleId rule) const;
  // Rules that only hold below some package.
  bool is_nested(RuleId rule) const { return rules_[rule].parent != kNoRule; }

 private:
  struct Rule {
    RuleId parent = kNoRule;
    std::string key;  // as written
    std::string name;
    std::optional<semver::Range> range;  // of a key `name@range`; nothing: any
    std::string value;                   // replacement; empty: none
    std::vector<RuleId> children;
  };
  Status add(RuleId parent, const std::string& key, const formats::json::Value& value,
             const manifest::Manifest& root);
  Result<std::string> replacement(const std::string& key, std::string_view value,
                                  const manifest::Manifest& root) const;
  template <class Accept>
  RuleId find(RuleId at, std::string_view name, Accept accept) const;
  RuleId nearest_with_children(RuleId rule) const;

  std::vector<Rule> rules_{Rule{}};
};

}  // namespace lpm::resolver
