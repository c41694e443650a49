#include "resolver/remedies.h"

#include <algorithm>

namespace lpm::resolver {
namespace {

using manifest::VersionIndex;

constexpr std::size_t kVersionsShown = 3;

}  // namespace

std::string published_versions(const manifest::Packument& packument) {
  const std::size_t count = packument.version_count();
  if (count == 0) return "none";
  std::string text;
  for (std::size_t i = 0; i < std::min(count, kVersionsShown); ++i) {
    const auto version = packument.version_text(static_cast<VersionIndex>(i));
    text.append(i == 0 ? "" : ", ").append(version).append(i == 0 ? " (newest)" : "");
  }
  if (count > kVersionsShown) text += ", " + std::to_string(count - kVersionsShown) + " more";
  return text;
}

std::optional<VersionIndex> nearest_version(const manifest::Packument& packument,
                                            const semver::Range& range) {
  const auto lowest = range.minimum();
  std::optional<VersionIndex> nearest;
  for (VersionIndex i = 0; i < packument.version_count(); ++i) {  // the newest first
    nearest = i;
    if (lowest && packument.version(i) < *lowest) break;
  }
  return nearest;
}

std::string exactly(const Decisions& decisions, NameId edge_name, NameId wanted,
                    std::string_view version) {
  if (edge_name == wanted) return std::string(version);
  return "npm:" + decisions.name(wanted).text + "@" + std::string(version);
}

std::string install_hint(const Decisions& decisions, NodeId importer, std::string_view name,
                         std::string_view spec) {
  const std::string& path = decisions.inputs().importers[importer].path;
  std::string text = "run `lpm install ";
  text.append(name).append("@").append(spec).append("`");
  if (path != ".") text += " in `" + path + "`";
  return text;
}

std::string override_text(std::string_view dependent, std::string_view name,
                          std::string_view value) {
  const std::string rule =
      "{" + formats::json::quote(name) + ": " + formats::json::quote(value) + "}";
  return "`\"overrides\": " +
         (dependent.empty() ? rule : "{" + formats::json::quote(dependent) + ": " + rule + "}") +
         "`";
}

std::string name_at(const Decisions& decisions, NodeId node,
                    const std::vector<NodeId>& first_dependent) {
  if (first_dependent[node] != kOpen)
    for (const Edge& edge : decisions.node(first_dependent[node]).edges)
      if (edge.target == node) return decisions.name(edge.name).text;
  return decisions.real_name(decisions.node(node));
}

}  // namespace lpm::resolver
