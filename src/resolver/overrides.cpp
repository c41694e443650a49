#include "resolver/overrides.h"

#include <algorithm>

#include "base/text.h"
#include "resolver/override_tree.h"
#include "resolver/resolver.h"

namespace lpm::resolver {
namespace {

using formats::json::Kind;
using formats::json::Value;

Error bad_override(std::string what) {
  return Error(ErrorCode::BAD_OVERRIDE, std::move(what)).at("package.json");
}

const std::string* spec_in(const manifest::StringPairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [name](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? nullptr : &found->second;
}

const std::string* direct_spec(const manifest::Manifest& root, std::string_view name) {
  for (const auto* pairs : {&root.optional_dependencies, &root.dependencies, &root.dev_dependencies,
                            &root.peer_dependencies})
    if (const std::string* spec = spec_in(*pairs, name)) return spec;
  return nullptr;
}

// Two ranges have a version in common when the lowest version of an alternative of one is in an
// alternative of the other: alternatives are intervals.
bool intersect(const semver::Range& a, const semver::Range& b) {
  const auto alternatives = [](const semver::Range& range) {
    std::vector<semver::Range> parts;
    for (std::string_view rest = range.text();;) {
      const std::size_t end = rest.find("||");
      if (auto part = semver::Range::parse(rest.substr(0, end))) parts.push_back(*std::move(part));
      if (end == std::string_view::npos) return parts;
      rest.remove_prefix(end + 2);
    }
  };
  const auto begins_in = [](const semver::Range& inner, const semver::Range& outer) {
    const auto lowest = inner.minimum();
    return lowest && outer.contains(*lowest, semver::Prereleases::Any);
  };
  const auto parts_of_b = alternatives(b);
  for (const semver::Range& x : alternatives(a))
    for (const semver::Range& y : parts_of_b)
      if (begins_in(x, y) || begins_in(y, x)) return true;
  return false;
}

// `range`: of the edge; null for tags, folders and the like, which cannot be compared: the rule
// applies.
bool meets(const std::optional<semver::Range>& key_range, const semver::Range* range) {
  return !key_range || range == nullptr || intersect(*range, *key_range);
}

void write_canonical(formats::json::Writer& out, const Value& value) {
  if (value.is_string()) {
    out.value(value.string);
    return;
  }
  std::vector<const std::pair<std::string, Value>*> members;
  for (const auto& member : value.members) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const auto* a, const auto* b) { return a->first < b->first; });
  out.begin_object();
  for (const auto* member : members) {
    out.key(member->first);
    write_canonical(out, member->second);
  }
  out.end_object();
}

}  // namespace

Result<Overrides> Overrides::parse(const manifest::Manifest& root) {
  Overrides overrides;
  LPM_TRY_ASSIGN(const Value tree, override_tree(root));
  for (const auto& [key, value] : tree.members) LPM_TRY(overrides.add(kNoRule, key, value, root));
  return overrides;
}

Status Overrides::add(RuleId parent, const std::string& key, const Value& value,
                      const manifest::Manifest& root) {
  if (!value.is_object() && !value.is_string())
    return bad_override("override `" + key + "` is neither a specifier nor an object");
  const std::size_t at = key.find('@', 1);
  Rule rule;
  rule.parent = parent;
  rule.key = key;
  rule.name = key.substr(0, at);
  if (at != std::string::npos && key.substr(at + 1) != "*") {
    rule.range = semver::Range::parse(std::string_view(key).substr(at + 1));
    if (!rule.range)
      return bad_override("the key of override `" + key + "` is not a name with a version range");
  }
  if (!manifest::PackageName::parse(rule.name))
    return bad_override("override `" + key + "` does not name a package");

  const Value* own = value.is_string() ? &value : value.find(".");
  if (own != nullptr && !own->is_string())
    return bad_override("`.` of override `" + key + "` is not a specifier");
  if (own != nullptr && trim(own->string) != "" && trim(own->string) != "*") {
    LPM_TRY_ASSIGN(rule.value, replacement(key, own->string, root));
  }
  if (parent == kNoRule && !rule.value.empty()) {
    const std::string* direct = direct_spec(root, rule.name);
    const auto range = direct == nullptr ? std::nullopt : semver::Range::parse(*direct);
    if (direct != nullptr && *direct != rule.value && meets(rule.range, range ? &*range : nullptr))
      return bad_override("override `" + key + "` contradicts the direct dependency `" + rule.name +
                          "`")
          .fact("override", rule.value)
          .fact("dependency", *direct)
          .hint("write `\"" + key + "\": \"$" + rule.name + "\"` to follow the direct dependency");
  }
  const auto id = static_cast<RuleId>(rules_.size());
  rules_.push_back(std::move(rule));
  rules_[parent].children.push_back(id);
  for (const auto& [child, below] : value.members)
    if (child != ".") LPM_TRY(add(id, child, below, root));
  return {};
}

Result<std::string> Overrides::replacement(const std::string& key, std::string_view value,
                                           const manifest::Manifest& root) const {
  if (!value.starts_with('$')) return std::string(value);
  const std::string* spec = direct_spec(root, value.substr(1));
  if (spec == nullptr)
    return bad_override("override `" + key + "` refers to `" + std::string(value) +
                        "`, which is no direct dependency");
  return *spec;
}

// The first rule of this name that `accept` takes: children of `at`, then `at` itself, then
// outwards. kNoRule: none.
template <class Accept>
RuleId Overrides::find(RuleId at, std::string_view name, Accept accept) const {
  for (RuleId scope = at;; scope = rules_[scope].parent) {
    for (const RuleId child : rules_[scope].children)
      if (rules_[child].name == name && accept(rules_[child])) return child;
    if (scope == kNoRule) return kNoRule;
    if (rules_[scope].name == name && accept(rules_[scope])) return scope;
  }
}

std::optional<Overrides::Match> Overrides::match_edge(RuleId at, std::string_view name,
                                                      const Spec& spec) const {
  const semver::Range* range = spec.kind == Spec::Kind::Range ? &spec.range : nullptr;
  const RuleId found = find(
      at, name, [&](const Rule& rule) { return !rule.value.empty() && meets(rule.range, range); });
  if (found == kNoRule) return std::nullopt;
  return Match{found, rules_[found].value};
}

RuleId Overrides::enter(RuleId edge_rule, std::string_view name,
                        const semver::Version& version) const {
  const RuleId found = find(edge_rule, name, [&](const Rule& rule) {
    return !rule.range || rule.range->contains(version);
  });
  return nearest_with_children(found == kNoRule ? edge_rule : found);
}

// Below a rule without children the same rules hold as around it: fewer places to tell apart.
RuleId Overrides::nearest_with_children(RuleId rule) const {
  while (rule != kNoRule && rules_[rule].children.empty()) rule = rules_[rule].parent;
  return rule;
}

std::vector<RuleId> Overrides::replacing() const {
  std::vector<RuleId> rules;
  for (RuleId id = 1; id < rules_.size(); ++id)
    if (!rules_[id].value.empty()) rules.push_back(id);
  return rules;
}

std::string Overrides::path(RuleId rule) const {
  std::string text = rules_[rule].key;
  for (RuleId above = rules_[rule].parent; above != kNoRule; above = rules_[above].parent)
    text = rules_[above].key + " > " + text;
  return text;
}

std::string overrides_text(const manifest::Manifest& root) {
  const Result<Value> tree = override_tree(root);
  if (!tree || tree->members.empty()) return {};
  formats::json::Writer out(0);
  write_canonical(out, *tree);
  return out.take();
}

}  // namespace lpm::resolver
