// Second half of reading lpm.lock: `to` texts become ids, edges come into name order.
#include <algorithm>

#include "base/text.h"
#include "lockfile/parse_lockfile.h"

namespace lpm::lockfile {
namespace {

std::optional<graph::PackageId> find_key(const std::vector<std::string>& keys,
                                         std::string_view key) {
  const auto found = std::lower_bound(keys.begin(), keys.end(), key);
  if (found == keys.end() || *found != key) return std::nullopt;
  return graph::PackageId{static_cast<std::uint32_t>(found - keys.begin())};
}

// Sorts by name; the name that comes twice, or nothing.
template <class T>
const std::string* sort_unique(std::vector<T>& items) {
  const auto by_name = [](const T& a, const T& b) { return a.name < b.name; };
  if (!std::is_sorted(items.begin(), items.end(), by_name))
    std::sort(items.begin(), items.end(), by_name);
  const auto twice = std::adjacent_find(items.begin(), items.end(),
                                        [](const T& a, const T& b) { return a.name == b.name; });
  return twice == items.end() ? nullptr : &twice->name;
}

}  // namespace

bool is_inner_path(std::string_view path) {
  if (path == ".") return true;
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  const std::vector<std::string_view> parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

bool is_version_text(std::string_view text) {
  return text.size() <= 256 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '+';
         });
}

bool Parser::find_target(const Target& target, std::string_view edge_name, bool may_lack,
                         graph::PackageId& id) {
  if (target.to.empty()) {
    id = graph::kNoPackage;
    return may_lack || fail("a target; only an optional dependency may have none", target.line);
  }
  std::string same_name(edge_name);
  same_name.append("@").append(target.to);
  std::optional<graph::PackageId> found = find_key(keys_, same_name);
  if (!found) {
    found = find_key(keys_, target.to);
    if (found && result_.graph[*found].name == edge_name)
      return fail("a target without the name that the key says already", target.line);
  }
  if (!found) return fail("a package of this file, not `" + target.to + "`", target.line);
  id = *found;
  return true;
}

bool Parser::resolve_targets() {
  for (const Target& target : importer_targets_) {
    auto& edge = result_.graph.importers[target.owner].dependencies[target.edge];
    const bool may_lack = edge.kind == manifest::DependencyKind::Optional;
    if (!find_target(target, edge.name, may_lack, edge.target)) return false;
  }
  for (const Target& target : package_targets_) {
    auto& edge = result_.graph.packages[target.owner].dependencies[target.edge];
    if (!find_target(target, edge.name, edge.optional, edge.target)) return false;
  }
  return true;
}

bool Parser::sort_by_name() {
  const auto line_of = [](const std::vector<Target>& targets, std::size_t owner) {
    const auto found = std::find_if(targets.begin(), targets.end(),
                                    [owner](const Target& t) { return t.owner == owner; });
    return found == targets.end() ? 1 : found->line;
  };
  auto& importers = result_.graph.importers;
  for (std::size_t i = 0; i < importers.size(); ++i)
    if (const std::string* name = sort_unique(importers[i].dependencies))
      return fail("`" + *name + "` once in this table", line_of(importer_targets_, i));
  for (graph::Importer& importer : importers)
    std::sort(importer.rules.begin(), importer.rules.end());
  auto& packages = result_.graph.packages;
  for (graph::Package& package : packages) std::sort(package.rules.begin(), package.rules.end());
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (const std::string* name = sort_unique(packages[i].dependencies))
      return fail("`" + *name + "` once in this table", line_of(package_targets_, i));
    if (const std::string* name = sort_unique(packages[i].peers))
      return fail("peer `" + *name + "` once in this table", line_of(package_targets_, i));
  }
  return true;
}

}  // namespace lpm::lockfile
