// version: a new version in package.json, with npm's scripts, commit and tag.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

struct BumpOptions {
  std::string wish;     // patch, minor, major, pre*, from-git is not known, or a version
  std::string message;  // commit message; %s is the version
  std::string tag_prefix = "v";
  std::string preid;  // prerelease identifier
  bool git = true;    // commit and tag when this is the root of a clean git work tree
  bool allow_same = false;
  bool commit_hooks = true;
  bool sign_commit = false;
  bool sign_tag = false;
};

struct Bumped {
  std::string from;
  std::string to;
  bool committed = false;
};

// The version that `wish` makes of `current` (node-semver inc). USAGE when it is neither a keyword
// nor a version.
Result<std::string> next_version(std::string_view current, std::string_view wish,
                                 std::string_view preid);

Result<Bumped> bump_version(const Session& session, const BumpOptions& options);

}  // namespace lpm::ops
