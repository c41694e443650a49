// graph: the result of resolution: packages, edges, importers, peer contexts, and walks over them.
// Every kind of source has its place. Knows nothing of how it was made or stored. Immutable once
// built; ids index into arrays owned by the graph, in canonical order (bytewise by key), so equal
// graphs are equal byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/integrity.h"
#include "manifest/package_json.h"
#include "manifest/platform.h"

namespace lpm::graph {

enum class PackageId : std::uint32_t {};
inline constexpr PackageId kNoPackage{UINT32_MAX};
constexpr std::uint32_t index(PackageId id) {
  return static_cast<std::uint32_t>(id);
}

enum class SourceKind : std::uint8_t { Registry, Git, Url, File, Directory, Link, Workspace };

// Where a package comes from. Registry with an empty locator is the default registry; else the
// scope or the name of the registry ("npm:<alias>"). Other kinds: URL with commit, tarball URL,
// path relative to the lockfile.
struct Source {
  SourceKind kind = SourceKind::Registry;
  std::string locator;
  bool is_registry() const { return kind == SourceKind::Registry; }
  bool operator==(const Source&) const = default;
  auto operator<=>(const Source&) const = default;
};

struct Edge {
  std::string name;               // as the dependent calls it
  PackageId target = kNoPackage;  // kNoPackage: optional and not installable anywhere
  bool optional = false;          // from optionalDependencies
  bool operator==(const Edge&) const = default;
};

struct PeerDeclaration {
  std::string name;
  std::string range;
  bool optional = false;
  bool operator==(const PeerDeclaration&) const = default;
};

// A rule of the project that changed what a package or an importer asks for.
struct AppliedRule {
  enum class Kind : std::uint8_t { Overridden, Extended };
  std::string name;  // of the dependency or peer
  std::string from;  // Overridden: the specifier that was replaced
  std::string rule;  // "overrides > a": docs/formats/lockfile.md
  Kind kind = Kind::Overridden;
  bool operator==(const AppliedRule&) const = default;
  auto operator<=>(const AppliedRule&) const = default;
};

// One instance: (source, name, version, peer context).
struct Package {
  Source source;
  std::string name;  // real name
  std::string version;
  std::string peer_context;  // "" or "(react@18.3.1)(...)": docs/formats/lockfile.md
  crypto::Integrity integrity;
  std::string tarball;     // only when it cannot be derived from registry, name and version
  std::uint64_t size = 0;  // unpacked bytes as the registry said; 0 unknown. Order of fetching only
  std::string engines_node;
  manifest::PlatformFilter platform;
  std::vector<PeerDeclaration> peers;  // by name
  std::vector<std::string> bundled;    // dependencies that the tarball itself carries
  bool has_bin = false;
  bool has_install_script = false;
  bool deprecated = false;         // known after a fresh resolution only; not in the lockfile
  std::vector<Edge> dependencies;  // by name; includes resolved peers
  std::vector<AppliedRule> rules;  // sorted

  bool operator==(const Package&) const = default;
  // "react-dom@18.3.1(react@18.3.1)"; other sources: "name@git+https://...#commit(...)".
  std::string key() const;
  std::string id_without_peers() const;  // "react-dom@18.3.1"
  std::string source_text() const;       // between `name@` and the context: "18.3.1", "file:a.tgz"
};

// The parts of a key; the inverse of Package::key(). Nothing when it is not a key. Views point into
// the text.
struct KeyParts {
  std::string_view name;
  Source source;
  std::string_view version;  // "" when the source is not a registry
  std::string_view peer_context;
};
std::optional<KeyParts> split_key(std::string_view key);

// Cheap: may this stand below node_modules, and is it of the form `name` or `@scope/name`? Every
// name that comes from a file is asked again before a path is made of it.
bool is_linkable_name(std::string_view name);

struct ImporterEdge {
  std::string name;
  std::string spec;  // as written in the manifest
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  PackageId target = kNoPackage;
  bool operator==(const ImporterEdge&) const = default;
};

struct Importer {
  std::string path;                        // relative to the lockfile; "." is the root
  std::vector<ImporterEdge> dependencies;  // by name; a peer that had to be installed has kind Peer
  std::vector<AppliedRule> rules = {};     // sorted
  bool operator==(const Importer&) const = default;
};

struct DependencyGraph {
  std::vector<Importer> importers;  // by path
  std::vector<Package> packages;    // by key()

  const Package& operator[](PackageId id) const { return packages[index(id)]; }
  std::optional<PackageId> find(std::string_view key) const;
  bool operator==(const DependencyGraph&) const = default;
};

// Which kinds of root edges count: `--prod`, `--omit`.
struct Selection {
  bool production = true;
  bool development = true;
  bool optional = true;
};

// Reachability from the importers under a selection and a platform. A package that the platform
// refuses is not reached through an optional edge; through a required edge it is reached and listed
// in `refused`.
struct Reached {
  std::vector<bool> installed;  // by PackageId
  std::vector<PackageId> refused;
  // An optional package's own required dependencies go with it when it is refused.
};
Reached reach(const DependencyGraph& graph, const Selection& selection,
              const manifest::Platform& platform);

// Shortest-first paths from importers to every instance of a name, at most `limit`; for `why`.
struct Path {
  std::size_t importer;
  std::vector<PackageId> packages;  // from the direct dependency to the target
};
std::vector<Path> paths_to(const DependencyGraph& graph, PackageId target, std::size_t limit);

}  // namespace lpm::graph
