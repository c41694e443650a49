// workspace: which folders a project installs together, and what their manifests say of each other
// (docs/workspaces.md). Owns discovery, the `workspace:` protocol, and the words of `--filter`.
// Must not know graphs, the network or node_modules. Reads package.json files only, never through a
// symlink. Values are immutable after construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "os/files.h"

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
  std::vector<std::string> warnings;  // folders that match and are no members, with the reason
};

// The members that the root's manifest names. `text` is that of its package.json, for places in
// messages. BAD_WORKSPACE for a pattern or two members of one name; what read_manifest() says of a
// member's manifest, with its path.
Result<Workspace> discover(const std::string& root, const manifest::Manifest& manifest,
                           std::string_view text);

// Where a command that is called in `start` works.
struct Place {
  std::string root;     // holds lpm.lock; `start` itself when there is no package.json at all
  std::string package;  // holds the nearest package.json: the root or a member of it
};
// A package is a member of the nearest folder above whose `workspaces` name it. A root that cannot
// be read as JSON counts as one: whoever loads it says why.
Place find_place(const std::string& start);

}  // namespace lpm::workspace
