// resolver: manifests and metadata -> graph, with npm's semantics (docs/resolution.md). Owns picks,
// peers, peer contexts, overrides, explanations; must not know HTTP or files: it sees a
// MetadataSource and tells a PickListener. Runs on the calling thread. The result depends on its
// inputs only, never on arrival order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

using PackumentPointer = std::shared_ptr<const manifest::Packument>;

class MetadataSource {
 public:
  virtual ~MetadataSource() = default;
  // Asks for a packument; at most once per name; returns at once. What no registry has is asked for
  // by its source's text (graph/source_text.h), which always holds a colon: the answer is a
  // packument with one version, under the package's real name.
  virtual void request(const std::string& name) = 0;
  struct Arrival {
    std::string name;  // as it was asked for
    Result<PackumentPointer> packument;
    graph::Source source = {};  // of what was asked for by a source's text
  };
  // Blocks until any requested packument is here. An arrival without a name and with an error ends
  // the resolution with that error at once: interrupted, for example.
  virtual Arrival next() = 0;
};

struct Pick {
  const std::string& name;  // real name
  PackumentPointer packument;
  manifest::VersionIndex version;
  // What the bytes must have: the locked integrity when this version was locked, else the
  // registry's.
  crypto::Integrity integrity;
  bool platform_admits;  // false: in the graph, but not to be fetched here
  graph::Source source = {};
};

// Told of each decided package once, as soon as it is decided: the place where fetching begins.
class PickListener {
 public:
  virtual ~PickListener() = default;
  virtual void picked(const Pick& pick) = 0;
  // Instead of picked(), of a package that is taken from a trusted locked graph.
  virtual void kept(const graph::Package& package, bool platform_admits) {
    (void)package;
    (void)platform_admits;
  }
};

// A dependency of an importer that is another importer of the workspace, whatever its specifier.
struct MemberLink {
  std::string name;     // as the dependent calls it
  std::string package;  // real name
  std::string version;  // may be no version at all
  std::string path;     // of the member
};

struct ImporterInput {
  std::string path;  // "." for the root
  const manifest::Manifest* manifest = nullptr;
  std::vector<MemberLink> links = {};
};

struct ResolveOptions {
  manifest::Platform platform;
  std::string node_version;  // the project's Node for the engines preference; "" turns it off
  std::string running_node;  // for engine warnings; "" unknown
  bool engine_strict = false;
  bool strict_peers = false;
  bool install_peers = true;              // --legacy-peer-deps turns it off
  std::optional<UnixNanoseconds> before;  // minimum release age
  // The locked graph was made without overrides and extensions: what stays locked is taken from it
  // without asking for its packument. Does nothing while the root has any.
  bool trust_locked = false;
  // What published packages may ask for beside the registry: graph/source_text.h.
  std::vector<std::string> allowed_sources;
  // Scopes whose packages come from a registry of their own, by which the graph names it: "@acme",
  // in any case.
  std::vector<std::string> own_scopes;
  bool update_all = false;                // ignore the lock
  std::vector<std::string> update_names;  // names whose lock is ignored
  // An edge takes the highest locked version in its range, whatever its own locked one is. What is
  // locked is looked up in its packuments.
  bool dedupe = false;
};

struct Warning {
  enum class Kind : std::uint8_t { Peer, Engine, Deprecated, Override, Other };
  Kind kind;
  std::string text;
};

struct AppliedOverride {
  std::string rule;
  std::string package;
  std::string from;
  std::string to;
  std::string via;  // path of the dependent
};

// A peer that is missing or out of its dependent's range.
struct PeerIssue {
  std::string package;  // "a@1.0.0"
  std::string path;     // "app → b@1.0.0 → a@1.0.0"
  std::string wanted;   // "react@^17"
  std::string found;    // "react@18.3.1"; "" for nothing
  std::string found_path;
  bool operator==(const PeerIssue&) const = default;
  auto operator<=>(const PeerIssue&) const = default;
};

struct Resolution {
  graph::DependencyGraph graph;
  std::vector<Warning> warnings;  // in canonical order
  std::vector<AppliedOverride> overrides;
  std::vector<PeerIssue> peers;  // in canonical order
};

// `locked` may be null. Fails with the one error that comes first in canonical order:
// NO_MATCHING_VERSION with the dependency path and what is published, NO_SUCH_TAG,
// PACKAGE_NOT_FOUND with who requires it, ENGINE, PEER_CONFLICT, BAD_OVERRIDE, BAD_RULE, BAD_SPEC,
// UNSUPPORTED_SPEC, or what the source reported.
Result<Resolution> resolve(const std::vector<ImporterInput>& importers,
                           const graph::DependencyGraph* locked, MetadataSource& source,
                           PickListener& listener, const ResolveOptions& options);

// The project's Node: the lowest version that the root's engines.node allows, else the running one.
std::string project_node(const manifest::Manifest& root, std::string_view running_node);

// Canonical text of a manifest's overrides for the lockfile's hash; "" when there are none.
std::string overrides_text(const manifest::Manifest& root);
// The same of its package extensions, and of what its rules about peers change in a graph.
std::string extensions_text(const manifest::Manifest& root);
std::string peer_rules_text(const manifest::Manifest& root);

}  // namespace lpm::resolver
