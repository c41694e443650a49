#include "resolver/overrides.h"

#include <algorithm>

#include "base/text.h"
#include "resolver/resolver.h"

namespace lpm::resolver {
namespace {

// "-" instead of a specifier, as pnpm has it.
constexpr std::string_view kRemoved = "-";

Error bad_override(const OverrideEntry& entry, std::string what) {
  const bool is_yaml = entry.form.starts_with("pnpm-workspace.yaml");
  return Error(ErrorCode::BAD_OVERRIDE, std::move(what))
      .at(is_yaml ? "pnpm-workspace.yaml" : "package.json");
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

Result<std::string> replacement(const OverrideEntry& entry, const manifest::Manifest& root) {
  const std::string_view value = entry.value;
  if (!value.starts_with('$')) return entry.value;
  const std::string* spec = direct_spec(root, value.substr(1));
  if (spec == nullptr)
    return bad_override(entry, "override `" + entry.written + "` refers to `" + entry.value +
                                   "`, which is no direct dependency");
  return *spec;
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

}  // namespace

Result<Overrides> Overrides::parse(const manifest::Manifest& root) {
  Overrides overrides;
  LPM_TRY_ASSIGN(const std::vector<OverrideEntry> entries, read_overrides(root));
  for (const OverrideEntry& entry : entries) LPM_TRY(overrides.add(entry, root));
  return overrides;
}

Status Overrides::add(const OverrideEntry& entry, const manifest::Manifest& root) {
  RuleId id = kNoRule;
  for (const OverrideStep& step : entry.steps) {
    LPM_TRY_ASSIGN(id, child(id, step, entry));
  }
  return entry.value.empty() ? Status() : set_value(id, entry, root);
}

Result<RuleId> Overrides::child(RuleId parent, const OverrideStep& step,
                                const OverrideEntry& entry) {
  for (const RuleId known : rules_[parent].children)
    if (rules_[known].key == step.key && rules_[known].is_direct == step.is_direct) return known;
  const NameAndRange selector = split_selector(step.key);
  Rule rule;
  rule.parent = parent;
  rule.key = step.key;
  rule.name = selector.name;
  rule.is_direct = step.is_direct;
  if (!selector.range.empty() && selector.range != "*") {
    rule.range = semver::Range::parse(selector.range);
    if (!rule.range)
      return bad_override(
          entry, "the key of override `" + entry.written + "` is not a name with a version range");
  }
  if (!manifest::PackageName::parse(rule.name))
    return bad_override(entry, "override `" + entry.written + "` does not name a package");
  const auto id = static_cast<RuleId>(rules_.size());
  std::vector<RuleId>& siblings = rules_[parent].children;
  // Of npm's rules the first that applies counts; of the others' the one that names versions.
  auto place = siblings.end();
  if (rule.range && !entry.spares_directs)
    place = std::find_if(siblings.begin(), siblings.end(), [&](RuleId other) {
      return rules_[other].name == rule.name && !rules_[other].range &&
             rules_[other].title.starts_with(entry.form);
    });
  siblings.insert(place, id);
  rules_.push_back(std::move(rule));
  return id;
}

Status Overrides::set_value(RuleId id, const OverrideEntry& entry, const manifest::Manifest& root) {
  LPM_TRY_ASSIGN(const std::string value, replacement(entry, root));
  if (!rules_[id].value.empty()) {
    if (rules_[id].value != value)
      shadowed_.push_back("`" + rules_[id].title + "` goes before `" + entry.title() + "`");
    return {};
  }
  Rule& rule = rules_[id];
  rule.value = value;
  rule.written = entry.value;
  rule.title = entry.title();
  if (rule.parent != kNoRule || !entry.spares_directs) return {};
  const std::string* direct = direct_spec(root, rule.name);
  const auto range = direct == nullptr ? std::nullopt : semver::Range::parse(*direct);
  if (direct == nullptr || *direct == value || !meets(rule.range, range ? &*range : nullptr))
    return {};
  return bad_override(entry, "override `" + entry.written +
                                 "` contradicts the direct dependency `" + rule.name + "`")
      .fact("override", value)
      .fact("dependency", *direct)
      .hint("write `\"" + entry.written + "\": \"$" + rule.name +
            "\"` to follow the direct dependency");
}

// The dependent is a package that the scope's key names, not one below it.
bool Overrides::is_own(const Dependent& from, RuleId scope) const {
  const Rule& rule = rules_[scope];
  return scope == from.rule && from.version != nullptr && rule.name == from.name &&
         (!rule.range || rule.range->contains(*from.version));
}

// The first rule of this name that `accept` takes: children of `at`, then `at` itself, then
// outwards. kNoRule: none.
template <class Accept>
RuleId Overrides::find(const Dependent& from, RuleId at, std::string_view name,
                       Accept accept) const {
  for (RuleId scope = at;; scope = rules_[scope].parent) {
    for (const RuleId id : rules_[scope].children)
      if (rules_[id].name == name && (!rules_[id].is_direct || is_own(from, scope)) &&
          accept(rules_[id]))
        return id;
    if (scope == kNoRule) return kNoRule;
    if (rules_[scope].name == name && !rules_[scope].is_direct && accept(rules_[scope]))
      return scope;
  }
}

std::optional<Overrides::Match> Overrides::match_edge(const Dependent& from, std::string_view name,
                                                      const Spec& spec) const {
  const semver::Range* range = spec.kind == Spec::Kind::Range ? &spec.range : nullptr;
  const RuleId found = find(from, from.rule, name, [&](const Rule& rule) {
    return !rule.value.empty() && meets(rule.range, range);
  });
  if (found == kNoRule) return std::nullopt;
  return Match{found, rules_[found].value, rules_[found].value == kRemoved};
}

// npm's rules speak of names as they are used; those of the others, `a>b`, of what the package is
// called itself.
RuleId Overrides::enter(const Dependent& from, RuleId edge_rule, std::string_view name,
                        std::string_view real_name, const semver::Version& version) const {
  const auto admits = [&](const Rule& rule) {
    return !rule.range || rule.range->contains(version);
  };
  if (rules_[edge_rule].is_direct && admits(rules_[edge_rule]))
    return nearest_with_children(edge_rule);
  const RuleId at = edge_rule == kNoRule ? from.rule : edge_rule;
  RuleId found = find(from, at, name, admits);
  if (found == kNoRule && real_name != name)
    found = find(from, at, real_name,
                 [&](const Rule& rule) { return admits(rule) && has_direct_children(rule); });
  return nearest_with_children(found == kNoRule ? at : found);
}

bool Overrides::has_direct_children(const Rule& rule) const {
  return std::any_of(rule.children.begin(), rule.children.end(),
                     [this](RuleId child) { return rules_[child].is_direct; });
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

bool Overrides::speaks_of(std::string_view title, std::string_view name) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return !rule.value.empty() && (rule.title == title || rule.name == name);
  });
}

// npm's form; what holds for direct dependencies only has `>` before its key.
void Overrides::write(formats::json::Writer& out, RuleId id) const {
  const Rule& rule = rules_[id];
  if (rule.children.empty() && id != kNoRule) {
    out.value(rule.written);
    return;
  }
  std::vector<std::pair<std::string, RuleId>> children;
  if (!rule.value.empty()) children.emplace_back(".", kNoRule);
  for (const RuleId child : rule.children)
    children.emplace_back((rules_[child].is_direct ? ">" : "") + rules_[child].key, child);
  std::sort(children.begin(), children.end());
  out.begin_object();
  for (const auto& [key, child] : children) {
    out.key(key);
    if (child == kNoRule)
      out.value(rule.written);
    else
      write(out, child);
  }
  out.end_object();
}

std::string Overrides::canonical_text() const {
  if (empty()) return {};
  formats::json::Writer out(0);
  write(out, kNoRule);
  return out.take();
}

std::string overrides_text(const manifest::Manifest& root) {
  const Result<Overrides> overrides = Overrides::parse(root);
  // What is wrong is like no other rules: the resolution will say so.
  return overrides ? overrides->canonical_text() : std::string("?");
}

}  // namespace lpm::resolver
