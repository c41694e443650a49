// package.json as a type: of a project or of an extracted package.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "manifest/platform.h"

namespace lpm::manifest {

using StringPairs = std::vector<std::pair<std::string, std::string>>;  // in source order

enum class DependencyKind : std::uint8_t { Production, Development, Optional, Peer };
std::string_view field_of(DependencyKind kind);  // "dependencies", "devDependencies", ...

struct PeerMeta {
  std::string name;
  bool optional = false;
};

struct Manifest {
  std::string name;
  std::string version;
  bool is_private = false;
  StringPairs dependencies;  // without what optionalDependencies names too, as npm reads it
  StringPairs dev_dependencies;
  StringPairs optional_dependencies;
  StringPairs peer_dependencies;
  std::vector<std::string> optional_peers;  // peerDependenciesMeta.*.optional
  std::vector<std::string> bundled;         // bundleDependencies; `true` is every dependency
  StringPairs scripts;
  StringPairs bins;  // command, path as written; a string `bin` is named after the package
  std::string directories_bin;   // directories.bin; npm looks at it only when there is no `bin`
  std::string engines_node;      // "" when none; array and string forms of `engines` are accepted
  formats::json::Value engines;  // as written, for npm_package_engines_*; Null when absent
  PlatformFilter platform;
  formats::json::Value overrides;             // npm's form; Null when absent
  formats::json::Value resolutions;           // yarn's form; Null when absent
  formats::json::Value pnpm;                  // `pnpm`; Null when absent
  formats::json::Value patched_dependencies;  // bun's form; Null when absent
  // `overrides`, `packageExtensions`, `patchedDependencies` and `peerDependencyRules` of
  // pnpm-workspace.yaml, put here by whoever reads that file; Null when there are none.
  formats::json::Value pnpm_workspace;
  std::vector<std::string> workspaces;  // array or object.packages
  std::string package_manager;
  formats::json::Value config;  // `config`, for npm_package_config_*
  formats::json::Value lpm;     // `lpm`, the product's own settings; Null when absent
};

// The manifest's field of that kind.
StringPairs& pairs_of(Manifest& manifest, DependencyKind kind);
const StringPairs& pairs_of(const Manifest& manifest, DependencyKind kind);

enum class Strictness {
  Project,  // the user's own file: a field of the wrong shape is BAD_MANIFEST with file:line
  Package,  // a published file: fields of odd shapes are read as npm reads them, never an error
};
// Reads a whole package.json. All bad fields are reported at once.
Result<Manifest> read_manifest(std::string_view text, std::string_view file_name,
                               Strictness strictness);

}  // namespace lpm::manifest
