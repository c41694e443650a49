#include "resolver/extensions.h"

#include <algorithm>
#include <array>

#include "resolver/override_forms.h"
#include "resolver/resolver.h"
#include "resolver/rule_places.h"

namespace lpm::resolver {
namespace {

using formats::json::Value;

class Reader {
 public:
  Reader(const RulePlace& place, const std::string& key) : place_(place), key_(key) {}

  Result<Extension> read(const Value& value, formats::json::Writer& out) {
    const NameAndRange selector = split_selector(key_);
    Extension extension;
    extension.title = std::string(place_.title) + " > " + key_;
    if (!manifest::PackageName::parse(selector.name)) return bad("does not name a package");
    if (!selector.range.empty() && selector.range != "*") {
      extension.range = semver::Range::parse(selector.range);
      if (!extension.range) return bad("has a key that is no name with a version range");
    }
    if (!value.is_object()) return bad("is no object");
    out.key(extension.title).begin_object();
    const struct {
      std::string_view field;
      manifest::StringPairs& pairs;
    } maps[] = {{"dependencies", extension.dependencies},
                {"optionalDependencies", extension.optional_dependencies},
                {"peerDependencies", extension.peers}};
    for (const auto& [field, pairs] : maps) LPM_TRY(read_map(value, field, pairs, out));
    LPM_TRY(read_peer_meta(value, extension.optional_peers, out));
    out.end_object();
    return extension;
  }

 private:
  Error bad(std::string_view what) const {
    return Error(ErrorCode::BAD_RULE, "the package extension `" + key_ + "` " + std::string(what))
        .at(std::string(place_.file));
  }

  // By name: the order in which they are written does not matter.
  Status read_map(const Value& value, std::string_view field, manifest::StringPairs& pairs,
                  formats::json::Writer& out) const {
    const Value* map = value.find(field);
    if (map == nullptr || map->kind == formats::json::Kind::Null) return {};
    if (!map->is_object()) return bad("has `" + std::string(field) + "` that are no object");
    for (const auto& [name, spec] : map->members) {
      if (!spec.is_string() || !manifest::PackageName::parse(name))
        return bad("has `" + std::string(field) + "` that are no names with specifiers");
      pairs.emplace_back(name, spec.string);
    }
    std::sort(pairs.begin(), pairs.end());
    out.key(field).begin_object();
    for (const auto& [name, spec] : pairs) out.key(name).value(spec);
    out.end_object();
    return {};
  }

  Status read_peer_meta(const Value& value, std::vector<std::string>& optional,
                        formats::json::Writer& out) const {
    const Value* meta = value.find("peerDependenciesMeta");
    if (meta == nullptr || meta->kind == formats::json::Kind::Null) return {};
    if (!meta->is_object()) return bad("has `peerDependenciesMeta` that are no object");
    for (const auto& [name, facts] : meta->members) {
      const Value* flag = facts.is_object() ? facts.find("optional") : nullptr;
      if (flag != nullptr && flag->boolean) optional.push_back(name);
    }
    std::sort(optional.begin(), optional.end());
    out.key("peerDependenciesMeta").begin_array();
    for (const std::string& name : optional) out.value(name);
    out.end_array();
    return {};
  }

  const RulePlace& place_;
  const std::string& key_;
};

}  // namespace

Result<Extensions> Extensions::parse(const manifest::Manifest& root) {
  Extensions result;
  formats::json::Writer out(0);
  out.begin_object();
  for (const RulePlace& place : places_of(root, "packageExtensions").all()) {
    if (place.value == nullptr) continue;
    if (!place.value->is_object())
      return Error(ErrorCode::BAD_RULE, "`" + std::string(place.title) + "` is no object")
          .at(std::string(place.file));
    std::map<std::string, const Value*> by_key;
    for (const auto& [key, value] : place.value->members) by_key[key] = &value;
    for (const auto& [key, value] : by_key) {
      LPM_TRY_ASSIGN(Extension extension, Reader(place, key).read(*value, out));
      const auto id = static_cast<ExtensionId>(result.extensions_.size());
      result.by_name_[std::string(split_selector(key).name)].push_back(id);
      result.extensions_.push_back(std::move(extension));
    }
  }
  out.end_object();
  if (!result.empty()) result.canonical_text_ = out.take();
  return result;
}

std::vector<ExtensionId> Extensions::of(std::string_view name,
                                        const semver::Version& version) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return {};
  std::vector<ExtensionId> ids;
  for (const ExtensionId id : found->second)
    if (!extensions_[id].range ||
        extensions_[id].range->contains(version, semver::Prereleases::Any))
      ids.push_back(id);
  return ids;
}

bool Extensions::has(std::string_view title) const {
  return std::any_of(extensions_.begin(), extensions_.end(),
                     [title](const Extension& one) { return one.title == title; });
}

std::string extensions_text(const manifest::Manifest& root) {
  const Result<Extensions> extensions = Extensions::parse(root);
  // What is wrong is like no other rules: the resolution will say so.
  return extensions ? extensions->canonical_text() : std::string("?");
}

}  // namespace lpm::resolver
