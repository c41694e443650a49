// The overrides of a project (override_forms.h) as a tree of rules. Each place of the graph has a
// current rule, the one whose subtree it lies in; from there rules are looked for from the inside
// to the outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "resolver/override_forms.h"
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

  // Who has the edge.
  struct Dependent {
    RuleId rule = kNoRule;                     // its current rule
    std::string_view name = {};                // real name; "" of an importer
    const semver::Version* version = nullptr;  // null of an importer
  };
  struct Match {
    RuleId rule;
    std::string_view value;  // the specifier that replaces the edge's; owned by the overrides
    bool removes = false;    // there is no such edge
  };
  // The rule that replaces the specifier of an edge.
  std::optional<Match> match_edge(const Dependent& from, std::string_view name,
                                  const Spec& spec) const;
  // The current rule below a package that an edge led to. `edge_rule`: what matched the edge;
  // kNoRule: nothing. `name`: of the edge; `real_name`: of the package, when it is an alias.
  RuleId enter(const Dependent& from, RuleId edge_rule, std::string_view name,
               std::string_view real_name, const semver::Version& version) const;

  // All rules that replace a specifier.
  std::vector<RuleId> replacing() const;
  const std::string& name(RuleId rule) const { return rules_[rule].name; }
  bool has_range(RuleId rule) const { return rules_[rule].range.has_value(); }
  // "overrides > a > b@^1".
  const std::string& title(RuleId rule) const { return rules_[rule].title; }
  // A rule of this title still stands, or another one speaks of the name.
  bool speaks_of(std::string_view title, std::string_view name) const;
  // Rules that only hold below some package.
  bool is_nested(RuleId rule) const { return rules_[rule].parent != kNoRule; }
  // Rules that others of the same place go before: "`a` of `overrides` goes before ...".
  const std::vector<std::string>& shadowed() const { return shadowed_; }
  // The same for the same rules, in whatever order they are written; "" without any.
  std::string canonical_text() const;

 private:
  struct Rule {
    RuleId parent = kNoRule;
    std::string key;  // as written
    std::string name;
    bool is_direct = false;              // for dependencies of the parent's own package only
    std::optional<semver::Range> range;  // of a key `name@range`; nothing: any
    std::string value;                   // replacement; empty: none
    std::string written;                 // the same before `$name` was looked up
    std::string title;                   // of what gave the value
    std::vector<RuleId> children;
  };
  Status add(const OverrideEntry& entry, const manifest::Manifest& root);
  Status set_value(RuleId id, const OverrideEntry& entry, const manifest::Manifest& root);
  Result<RuleId> child(RuleId parent, const OverrideStep& step, const OverrideEntry& entry);
  template <class Accept>
  RuleId find(const Dependent& from, RuleId at, std::string_view name, Accept accept) const;
  bool is_own(const Dependent& from, RuleId scope) const;
  bool has_direct_children(const Rule& rule) const;
  RuleId nearest_with_children(RuleId rule) const;
  void write(formats::json::Writer& out, RuleId rule) const;

  std::vector<Rule> rules_{Rule{}};
  std::vector<std::string> shadowed_;
};

}  // namespace lpm::resolver
