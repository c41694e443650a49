#include "resolver/peer_rules.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "resolver/override_forms.h"
#include "resolver/resolver.h"
#include "resolver/rule_places.h"

namespace lpm::resolver {
namespace {

using formats::json::Kind;
using formats::json::Value;

// `*` is any text.
bool matches(std::string_view name, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos) return name == pattern;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (std::size_t at = 0; at <= name.size(); ++at)
    if (matches(name.substr(at), pattern)) return true;
  return false;
}

bool matches_any(std::string_view name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [name](const std::string& pattern) { return matches(name, pattern); });
}

Error bad(const RulePlace& place, const std::string& what) {
  return Error(ErrorCode::BAD_RULE, "`" + std::string(place.title) + "." + what)
      .at(std::string(place.file));
}

Status read_patterns(const RulePlace& place, const std::string& key,
                     std::vector<std::string>& patterns) {
  constexpr std::ptrdiff_t kMostStars = 4;  // each may be tried at every letter
  const Value* list = place.value->find(key);
  if (list == nullptr || list->kind == Kind::Null) return {};
  if (!list->is_array()) return bad(place, key + "` is no list of names");
  for (const Value& item : list->items) {
    if (!item.is_string()) return bad(place, key + "` is no list of names");
    if (std::count(item.string.begin(), item.string.end(), '*') > kMostStars)
      return bad(place, key + "` has a name with more than four `*`");
    patterns.push_back(item.string);
  }
  return {};
}

}  // namespace

Result<PeerRules> PeerRules::parse(const manifest::Manifest& root) {
  PeerRules rules;
  for (const RulePlace& place : places_of(root, "peerDependencyRules").all()) {
    if (place.value == nullptr) continue;
    if (!place.value->is_object())
      return Error(ErrorCode::BAD_RULE, "`" + std::string(place.title) + "` is no object")
          .at(std::string(place.file));
    LPM_TRY(read_patterns(place, "ignoreMissing", rules.ignored_));
    LPM_TRY(read_patterns(place, "allowAny", rules.any_));
    const Value* allowed = place.value->find("allowedVersions");
    if (allowed == nullptr || allowed->kind == Kind::Null) continue;
    if (!allowed->is_object()) return bad(place, "allowedVersions` is no object of ranges");
    for (const auto& [key, value] : allowed->members) LPM_TRY(rules.add_allowed(place, key, value));
  }
  return rules;
}

// `react`, `a>react`, `a@1>react`.
Status PeerRules::add_allowed(const RulePlace& place, const std::string& key, const Value& value) {
  Allowed allowed;
  std::string_view peer = key;
  if (const std::size_t at = find_separator(key); at != key.npos) {
    const NameAndRange dependent = split_selector(trim(std::string_view(key).substr(0, at)));
    allowed.dependent = dependent.name;
    if (!dependent.range.empty()) {
      allowed.dependent_range = semver::Range::parse(dependent.range);
      if (!allowed.dependent_range)
        return bad(place, "allowedVersions` has a key that is not understood: `" + key + "`");
    }
    peer = trim(peer.substr(at + 1));
  }
  if (!manifest::PackageName::parse(peer) ||
      (!allowed.dependent.empty() && !manifest::PackageName::parse(allowed.dependent)))
    return bad(place, "allowedVersions` has a key that is not understood: `" + key + "`");
  allowed.peer = peer;
  auto range = value.is_string() ? semver::Range::parse(value.string) : std::nullopt;
  if (!range) return bad(place, "allowedVersions` has no version range for `" + key + "`");
  allowed.range = *std::move(range);
  allowed_.push_back(std::move(allowed));
  return {};
}

bool PeerRules::ignores_missing(std::string_view name) const {
  return matches_any(name, ignored_);
}

bool PeerRules::allows(const Dependent& dependent, std::string_view peer,
                       const semver::Version& version) const {
  if (matches_any(peer, any_)) return true;
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const Allowed& one) {
    return one.peer == peer && (one.dependent.empty() || one.dependent == dependent.name) &&
           (!one.dependent_range || one.dependent_range->contains(dependent.version)) &&
           one.range.contains(version, semver::Prereleases::Any);
  });
}

std::string PeerRules::canonical_text() const {
  const std::set<std::string> sorted(ignored_.begin(), ignored_.end());
  return join(std::vector<std::string>(sorted.begin(), sorted.end()), "\n");
}

std::string peer_rules_text(const manifest::Manifest& root) {
  const Result<PeerRules> rules = PeerRules::parse(root);
  return rules ? rules->canonical_text() : std::string("?");
}

}  // namespace lpm::resolver
