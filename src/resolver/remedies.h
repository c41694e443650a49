// What a person can type against a failed resolution, as hints.
#pragma once

#include <optional>
#include <string>

#include "resolver/decisions.h"

namespace lpm::resolver {

// "2.0.0 (newest), 1.9.0, 1.8.0, 9 more".
std::string published_versions(const manifest::Packument& packument);

// The version that misses the range by least: the highest below it, else the lowest above.
std::optional<manifest::VersionIndex> nearest_version(const manifest::Packument& packument,
                                                      const semver::Range& range);

// The specifier for a version of what an edge asks for: with `npm:` under another name.
std::string exactly(const Decisions& decisions, NameId edge_name, NameId wanted,
                    std::string_view version);

// "run `lpm install a@1.0.0`", for an importer.
std::string install_hint(const Decisions& decisions, NodeId importer, std::string_view name,
                         std::string_view spec);

// "`"overrides": {"a": {"b": "1.0.0"}}`": b below a. Without `a`: b wherever it is.
std::string override_text(std::string_view dependent, std::string_view name,
                          std::string_view value);

// The name by which its first dependent has a package: rules speak of that one.
std::string name_at(const Decisions& decisions, NodeId node,
                    const std::vector<NodeId>& first_dependent);

}  // namespace lpm::resolver
