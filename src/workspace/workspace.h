// workspace: which folders a project installs together, and what their manifests say of each other
// (docs/workspaces.md). Owns discovery, the `workspace:` protocol, catalogs, and the words of
// `--filter`. Must not know graphs, the network or node_modules. Reads package.json files and
// pnpm-workspace.yaml only, members never through a symlink. Values are immutable after
// construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "os/files.h"
#include "workspace/catalogs.h"

namespace lpm::workspace {

struct Member {
  std::string path;  // relative to the root: "packages/web"
  std::string text;  // of its package.json
  os::FileStamp stamp;
  manifest::Manifest manifest;
};

struct Workspace {
  std::vector<Member> members;  // by path; without the root
  // What the answer depends on, absolute: folders that were listed, and package.json files that
  // would make a member of their folder if they existed.
  std::vector<std::string> searched;
  std::vector<std::string> absent;
  // Besides package.json: pnpm-workspace.yaml as it was read.
  struct ReadFile {
    std::string path;  // absolute
    os::FileStamp stamp;
    std::string text;
  };
  std::vector<ReadFile> read;
  bool is_pnpm = false;  // pnpm-workspace.yaml names the members
  Catalogs catalogs;
  // `overrides`, `packageExtensions`, `patchedDependencies` and `peerDependencyRules` of
  // pnpm-workspace.yaml as an object; Null when there are none.
  formats::json::Value rules;
  std::vector<std::string> warnings;  // folders that match and are no members, with the reason
};

// The members that the root's manifest names, or pnpm-workspace.yaml beside it. `text` is that of
// its package.json. BAD_WORKSPACE for a pattern, a catalog, or two members of one name; BAD_YAML;
// what read_manifest() says of a member's manifest, with its path.
Result<Workspace> discover(const std::string& root, const manifest::Manifest& manifest,
                           std::string_view text);

// A dependency that goes to a member instead of a registry.
struct Link {
  std::string name;     // as the dependent calls it
  std::string package;  // the member's own name
  std::string version;  // the member's own; may be empty
  std::string path;     // of the member; "." is the root
};

// Who can be linked to: the members, and the root.
class Targets {
 public:
  Targets() = default;
  Targets(const manifest::Manifest& root, const std::vector<Member>& members);
  struct Target {
    std::string name;
    std::string version;
    std::string path;
  };
  const Target* named(std::string_view name) const;
  const Target* at(std::string_view path) const;
  std::vector<std::string> names() const;  // in order

 private:
  std::vector<Target> by_name_;
  std::vector<Target> by_path_;
};

// A package whose dependencies are looked at.
struct Dependent {
  std::string_view path;  // "." or a member's
  std::string_view text;  // of its package.json, for places in messages
  const manifest::Manifest& manifest;
};

// "packages/web/package.json:5:14", of an entry of a field; the file alone when it is not there.
std::string place_in(const Dependent& dependent, std::string_view field, std::string_view name);

// The dependencies that go to members, by name: each `workspace:` one, and with `plain_ranges`
// those whose range a member of that name satisfies. NO_SUCH_MEMBER, NO_MATCHING_VERSION with
// both versions, BAD_SPEC, each with its place.
Result<std::vector<Link>> links_of(const Dependent& dependent, const Targets& targets,
                                   bool plain_ranges);

// All indices, each after those that it depends on. Otherwise in order; an edge that closes a cycle
// does not count.
std::vector<std::size_t> topological_order(
    const std::vector<std::vector<std::size_t>>& dependencies);

// Where a command that is called in `start` works.
struct Place {
  std::string root;     // holds lpm.lock; `start` itself when there is no package.json at all
  std::string package;  // holds the nearest package.json: the root or a member of it
};
// A package is a member of the nearest folder above whose `workspaces` name it. A root that cannot
// be read as JSON counts as one: whoever loads it says why.
Place find_place(const std::string& start);

}  // namespace lpm::workspace
