#include "workspace/catalogs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/yaml.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

using formats::json::Value;
using manifest::DependencyKind;

constexpr std::string_view kManifestFile = "package.json";
constexpr std::string_view kPrefix = "catalog:";
constexpr std::size_t kNamesShown = 8;

// "default" and no name at all are one catalog.
std::string catalog_name(std::string_view written) {
  return written == "default" ? "" : std::string(written);
}

std::string title_of(std::string_view catalog) {
  return catalog.empty() ? "the default catalog" : fmt::format("the catalog `{}`", catalog);
}

Error bad_entry(std::string what, std::string place) {
  return Error(ErrorCode::BAD_WORKSPACE, std::move(what)).at(std::move(place));
}

std::string place_of(std::string_view text, const Value& value) {
  const auto position = formats::json::position_of(text, value.begin);
  return fmt::format("{}:{}:{}", kManifestFile, position.line, position.column);
}

// What means something else in each folder, or another catalog.
bool can_be_shared(std::string_view spec) {
  constexpr auto kPrivate =
      std::to_array<std::string_view>({kPrefix, "workspace:", "file:", "link:", "portal:"});
  return std::none_of(kPrivate.begin(), kPrivate.end(),
                      [&](std::string_view prefix) { return spec.starts_with(prefix); });
}

// `b` of the key `a@1>b@2` of an override.
std::string overridden_name(std::string_view key) {
  for (std::size_t i = key.size() - std::min<std::size_t>(key.size(), 1); i > 0; --i)
    if (key[i] == '>' && key.substr(i + 1, 1) != "=" &&
        std::string_view(" @|").find(key[i - 1]) == key.npos) {
      key = trim(key.substr(i + 1));
      break;
    }
  return std::string(key.substr(0, key.find('@', 1)));
}

std::string shown(std::vector<std::string> names) {
  if (names.empty()) return "none";
  const std::size_t more = names.size() - std::min(names.size(), kNamesShown);
  names.resize(names.size() - more);
  return join(names, ", ") + (more > 0 ? fmt::format(", {} more", more) : "");
}

}  // namespace

Status Catalogs::add(const std::string& catalog, const std::string& name, Entry entry) {
  if (!can_be_shared(entry.spec))
    return bad_entry(fmt::format("a catalog cannot hold `{}` for `{}`", entry.spec, name),
                     entry.place);
  const auto [at, is_new] = catalogs_[catalog].emplace(name, entry);
  if (is_new || at->second.spec == entry.spec) return {};
  return bad_entry(fmt::format("`{}` is `{}` and `{}` in {}", name, at->second.spec, entry.spec,
                               title_of(catalog)),
                   entry.place)
      .fact("also", at->second.place);
}

Status Catalogs::read_one(std::string_view text, const std::string& catalog, const Value& entries) {
  if (entries.kind == formats::json::Kind::Null) return {};
  if (!entries.is_object())
    return bad_entry("a catalog must be an object of specifiers", place_of(text, entries));
  catalogs_[catalog];
  for (const auto& [name, value] : entries.members) {
    if (!value.is_string())
      return bad_entry(fmt::format("the specifier of `{}` must be a string", name),
                       place_of(text, value));
    LPM_TRY(add(catalog, name, {value.string, place_of(text, value)}));
  }
  return {};
}

Status Catalogs::read_group(std::string_view text, const Value& group) {
  if (!group.is_object()) return {};
  if (const Value* catalog = group.find("catalog")) LPM_TRY(read_one(text, "", *catalog));
  const Value* named = group.find("catalogs");
  if (named == nullptr || named->kind == formats::json::Kind::Null) return {};
  if (!named->is_object())
    return bad_entry("`catalogs` must be an object of catalogs", place_of(text, *named));
  for (const auto& [name, entries] : named->members)
    LPM_TRY(read_one(text, catalog_name(name), entries));
  return {};
}

Status Catalogs::read_manifest(std::string_view text) {
  if (text.find("\"catalog") == std::string_view::npos) return {};
  LPM_TRY_ASSIGN(const Value root, formats::json::parse(text, kManifestFile));
  LPM_TRY(read_group(text, root));
  for (const std::string_view group : {"workspaces", "lpm"})
    if (const Value* value = root.find(group)) LPM_TRY(read_group(text, *value));
  return {};
}

Status Catalogs::read_yaml(const formats::yaml::Value& root, std::string_view file) {
  const auto place = [file](const formats::yaml::Value& value) {
    return fmt::format("{}:{}", file, value.line);
  };
  const auto read = [&](const std::string& catalog, const formats::yaml::Value& entries) -> Status {
    if (entries.is_null()) return {};
    if (!entries.is_mapping())
      return bad_entry("a catalog must be a mapping of specifiers", place(entries));
    catalogs_[catalog];
    for (const formats::yaml::Value& value : entries.children) {
      if (!value.is_scalar() || value.is_null())
        return bad_entry(fmt::format("the specifier of `{}` must be a text", value.key),
                         place(value));
      LPM_TRY(add(catalog, value.key, {value.text, place(value)}));
    }
    return {};
  };
  if (const formats::yaml::Value* catalog = root.find("catalog")) LPM_TRY(read("", *catalog));
  const formats::yaml::Value* named = root.find("catalogs");
  if (named == nullptr || named->is_null()) return {};
  if (!named->is_mapping())
    return bad_entry("`catalogs` must be a mapping of catalogs", place(*named));
  for (const formats::yaml::Value& entries : named->children)
    LPM_TRY(read(catalog_name(entries.key), entries));
  return {};
}

Error Catalogs::missing(const Dependent& dependent, const std::string& field,
                        const std::string& name, const std::string& catalog) const {
  const auto found = catalogs_.find(catalog);
  Error error(ErrorCode::BAD_SPEC,
              found == catalogs_.end()
                  ? fmt::format("there is no {}", title_of(catalog).substr(4))
                  : fmt::format("{} has no entry `{}`", title_of(catalog), name));
  error.where = place_in(dependent, field, name);
  std::vector<std::string> names;
  if (found == catalogs_.end()) {
    for (const auto& [other, entries] : catalogs_)
      names.push_back(other.empty() ? "default" : other);
    error.facts.push_back({"catalogs", shown(names)});
  } else {
    for (const auto& [other, entry] : found->second) names.push_back(other);
    error.facts.push_back({"entries", shown(names)});
  }
  if (const auto near = nearest_name(found == catalogs_.end() ? catalog : name, names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

Result<manifest::Manifest> Catalogs::applied_to(const Dependent& dependent) const {
  manifest::Manifest manifest = dependent.manifest;
  const auto replace = [&](std::string& spec, const std::string& name,
                           std::string_view field) -> Status {
    if (!spec.starts_with(kPrefix)) return {};
    const std::string catalog = catalog_name(trim(std::string_view(spec).substr(kPrefix.size())));
    const auto found = catalogs_.find(catalog);
    const auto entry =
        found == catalogs_.end() ? Catalog::const_iterator() : found->second.find(name);
    if (found == catalogs_.end() || entry == found->second.end())
      return missing(dependent, std::string(field), name, catalog);
    spec = entry->second.spec;
    return {};
  };
  const auto apply = [&](manifest::StringPairs& pairs, DependencyKind kind) -> Status {
    for (auto& [name, spec] : pairs) LPM_TRY(replace(spec, name, manifest::field_of(kind)));
    return {};
  };
  const auto apply_overrides = [&](const auto& self, Value& overrides,
                                   const std::string& name) -> Status {
    if (overrides.is_string()) return replace(overrides.string, name, "overrides");
    for (auto& [key, value] : overrides.members)
      LPM_TRY(self(self, value, key == "." ? name : overridden_name(key)));
    return {};
  };
  LPM_TRY(apply_overrides(apply_overrides, manifest.overrides, ""));
  for (Value* rules : {&manifest.lpm, &manifest.pnpm, &manifest.pnpm_workspace})
    for (auto& [key, value] : rules->members)
      if (key == "overrides") LPM_TRY(apply_overrides(apply_overrides, value, ""));
  LPM_TRY(apply(manifest.dependencies, DependencyKind::Production));
  LPM_TRY(apply(manifest.dev_dependencies, DependencyKind::Development));
  LPM_TRY(apply(manifest.optional_dependencies, DependencyKind::Optional));
  LPM_TRY(apply(manifest.peer_dependencies, DependencyKind::Peer));
  return manifest;
}

}  // namespace lpm::workspace
