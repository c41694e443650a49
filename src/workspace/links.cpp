// Which dependencies go to members of the workspace.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/text.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

using manifest::DependencyKind;

constexpr std::size_t kNamesShown = 8;

template <class Targets, class Key>
auto find_in(const Targets& targets, Key key, std::string_view wanted) -> const
    typename Targets::value_type* {
  const auto found = std::lower_bound(
      targets.begin(), targets.end(), wanted,
      [key](const auto& target, std::string_view text) { return target.*key < text; });
  return found != targets.end() && (*found).*key == wanted ? &*found : nullptr;
}

struct Wish {
  std::string_view name;
  std::string_view spec;
  DependencyKind kind;
};

// A name that several fields have counts once, as in resolution.
std::vector<Wish> wishes_of(const manifest::Manifest& manifest) {
  std::map<std::string_view, Wish> wishes;
  const auto add = [&wishes](const manifest::StringPairs& pairs, DependencyKind kind) {
    for (const auto& [name, spec] : pairs) wishes.insert({name, {name, spec, kind}});
  };
  add(manifest.optional_dependencies, DependencyKind::Optional);
  add(manifest.dependencies, DependencyKind::Production);
  add(manifest.dev_dependencies, DependencyKind::Development);
  add(manifest.peer_dependencies, DependencyKind::Peer);
  std::vector<Wish> in_order;
  for (const auto& [name, wish] : wishes) in_order.push_back(wish);
  return in_order;
}

// `../ui` in `packages/web` is `packages/ui`; "." is the root. Nothing when it leaves the root.
std::optional<std::string> path_from(std::string_view folder, std::string_view relative) {
  std::vector<std::string> parts;
  const auto walk = [&parts](std::string_view path) {
    for (const std::string_view part : split(path, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.emplace_back(part);
        continue;
      }
      if (parts.empty()) return false;
      parts.pop_back();
    }
    return true;
  };
  if (relative.starts_with('/') || relative.starts_with('~')) return std::nullopt;
  if (!walk(folder) || !walk(relative)) return std::nullopt;
  return parts.empty() ? "." : join(parts, "/");
}

std::string title_of(const Dependent& dependent) {
  return dependent.manifest.name.empty() ? std::string(dependent.path) : dependent.manifest.name;
}

std::string shown_names(const Targets& targets) {
  std::vector<std::string> names = targets.names();
  if (names.empty()) return "none";
  const std::size_t more = names.size() - std::min(names.size(), kNamesShown);
  names.resize(names.size() - more);
  return join(names, ", ") + (more > 0 ? fmt::format(", {} more", more) : "");
}

Error no_such_member(const Dependent& dependent, const Wish& wish, const Targets& targets,
                     const std::string& wanted) {
  Error error(ErrorCode::NO_SUCH_MEMBER, fmt::format("the workspace has no member `{}`", wanted));
  error.where = place_in(dependent, manifest::field_of(wish.kind), wish.name);
  error.facts.push_back(
      {"required by", fmt::format("{} → {}@{}", title_of(dependent), wish.name, wish.spec)});
  error.facts.push_back({"members", shown_names(targets)});
  if (const auto near = nearest_name(wanted, targets.names()))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  return error;
}

Error out_of_range(const Dependent& dependent, const Wish& wish, const Targets::Target& target) {
  const std::string version =
      target.version.empty() ? "has no version" : fmt::format("is {}", target.version);
  return Error(ErrorCode::NO_MATCHING_VERSION,
               fmt::format("`{}` {} in this workspace, and `{}` asks for `{}`", target.name,
                           version, title_of(dependent), wish.spec))
      .at(place_in(dependent, manifest::field_of(wish.kind), wish.name))
      .hint(fmt::format("ask for `workspace:^`, or change the version in {}/package.json",
                        target.path));
}

bool admits(const semver::Range& range, const std::string& version) {
  if (range.is_any()) return true;
  const auto parsed = semver::Version::parse(version);
  return parsed && range.contains(*parsed);
}

Link link_to(const Wish& wish, const Targets::Target& target) {
  return {std::string(wish.name), target.name, target.version, target.path};
}

Result<Link> workspace_link(const Dependent& dependent, const Wish& wish,
                            const manifest::WorkspaceSpec& spec, const Targets& targets) {
  const bool is_path = spec.range.starts_with('.') || spec.range.starts_with('/') ||
                       spec.range.starts_with("~/") || spec.range.starts_with("file:");
  if (is_path) {
    const std::optional<std::string> path = path_from(dependent.path, spec.range);
    const Targets::Target* target = path ? targets.at(*path) : nullptr;
    if (target == nullptr) return no_such_member(dependent, wish, targets, spec.range);
    return link_to(wish, *target);
  }
  const std::string name = spec.alias_of.empty() ? std::string(wish.name) : spec.alias_of;
  const Targets::Target* target = targets.named(name);
  if (target == nullptr) return no_such_member(dependent, wish, targets, name);
  if (spec.range == "^" || spec.range == "~") return link_to(wish, *target);
  const auto range = semver::Range::parse(spec.range);
  if (!range || !admits(*range, target->version)) return out_of_range(dependent, wish, *target);
  return link_to(wish, *target);
}

// A path that is a member's.
std::optional<Link> path_link(const Dependent& dependent, const Wish& wish,
                              const Targets& targets) {
  const std::optional<std::string> path =
      path_from(dependent.path, wish.spec.substr(wish.spec.find(':') + 1));
  const Targets::Target* target = path ? targets.at(*path) : nullptr;
  if (target == nullptr || target->name.empty() || target->path == ".") return std::nullopt;
  return link_to(wish, *target);
}

// A plain range that the member of this name satisfies.
std::optional<Link> range_link(const Dependent& dependent, const Wish& wish,
                               const Targets& targets) {
  const Targets::Target* target = targets.named(wish.name);
  if (target == nullptr || target->path == dependent.path) return std::nullopt;
  const auto range = semver::Range::parse(wish.spec);
  if (!range || !admits(*range, target->version)) return std::nullopt;
  return link_to(wish, *target);
}

}  // namespace

Targets::Targets(const manifest::Manifest& root, const std::vector<Member>& members) {
  for (const Member& member : members)
    by_path_.push_back({member.manifest.name, member.manifest.version, member.path});
  by_path_.push_back({root.name, root.version, "."});
  // Of a member and a root with one name the member is meant.
  for (const Target& target : by_path_)
    if (!target.name.empty()) by_name_.push_back(target);
  std::stable_sort(by_name_.begin(), by_name_.end(),
                   [](const Target& a, const Target& b) { return a.name < b.name; });
  std::sort(by_path_.begin(), by_path_.end(),
            [](const Target& a, const Target& b) { return a.path < b.path; });
}

const Targets::Target* Targets::named(std::string_view name) const {
  return find_in(by_name_, &Target::name, name);
}

const Targets::Target* Targets::at(std::string_view path) const {
  return find_in(by_path_, &Target::path, path);
}

std::vector<std::string> Targets::names() const {
  std::vector<std::string> names;
  for (const Target& target : by_name_) names.push_back(target.name);
  return names;
}

Result<std::vector<Link>> links_of(const Dependent& dependent, const Targets& targets,
                                   bool plain_ranges) {
  std::vector<Link> links;
  for (const Wish& wish : wishes_of(dependent.manifest)) {
    if (wish.spec.starts_with("file:") || wish.spec.starts_with("link:") ||
        wish.spec.starts_with("portal:")) {
      if (std::optional<Link> link = path_link(dependent, wish, targets))
        links.push_back(std::move(*link));
      continue;
    }
    if (!wish.spec.starts_with("workspace:")) {
      if (plain_ranges)
        if (std::optional<Link> link = range_link(dependent, wish, targets))
          links.push_back(std::move(*link));
      continue;
    }
    Result<manifest::DependencySpec> spec = manifest::parse_spec(wish.name, wish.spec);
    if (!spec)
      return std::move(spec).error().at(
          place_in(dependent, manifest::field_of(wish.kind), wish.name));
    LPM_TRY_ASSIGN(
        Link link,
        workspace_link(dependent, wish, std::get<manifest::WorkspaceSpec>(spec->kind), targets));
    links.push_back(std::move(link));
  }
  return links;
}

}  // namespace lpm::workspace
