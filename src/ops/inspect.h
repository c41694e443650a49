// why and list: questions about the locked graph, answered without network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/member_choice.h"
#include "ops/session.h"

namespace lpm::ops {

// A rule of the project that has to do with one step of a chain.
struct WhyRule {
  std::size_t step;
  bool is_extension;  // it added the dependency; else it replaced `from`
  std::string from;
  std::string by;  // "overrides > a"
};
// One chain from the project to a package: {"next@14.2.13 (dependencies ^14.0.0)",
// "postcss@8.4.31"}.
struct WhyPath {
  std::string importer;
  std::vector<std::string> steps;
  std::vector<WhyRule> rules;
};
struct WhyInstance {
  std::string package;         // key, with peer context
  std::vector<WhyPath> paths;  // shortest first, at most kMaxPaths
};
// Every instance of a name (or `name@version`). NO_LOCKFILE, NOT_A_DEPENDENCY with the nearest
// name.
Result<std::vector<WhyInstance>> explain_package(const Session& session, std::string_view wish);

struct TreeNode {
  std::string name;     // as the dependent calls it
  std::string package;  // "name@version", real name
  bool optional = false;
  bool missing = false;          // optional and not for this platform
  bool repeated = false;         // its own dependencies were shown before
  std::string description = {};  // of the package; only with TreeOptions::descriptions
  std::vector<TreeNode> children;
};
struct TreeGroup {
  std::string field;  // "dependencies"
  std::vector<TreeNode> nodes;
};
struct DependencyTree {
  std::string path;  // of the package: "." is the root of the project
  std::string name;
  std::string version;
  std::vector<TreeGroup> groups;
  std::uint64_t packages = 0;            // installed on this platform
  std::optional<std::uint64_t> matches;  // of them, those that the names admit; only with names
  std::optional<std::string> near_name;  // when there is nothing to show: what may have been meant
};
struct TreeOptions {
  std::uint32_t depth = 0;  // 0: direct dependencies only; does not count when names are given
  bool development = true;
  bool optional = true;
  bool descriptions = false;  // of direct dependencies, from their package.json
  // `NAME` or `NAME@RANGE`: only the paths from the project to what matches. Empty: everything.
  std::vector<std::string> names;
};
// Of the chosen packages. NO_MANIFEST, NO_LOCKFILE; BAD_SPEC for a name with something else than a
// range; what chosen_packages() says.
Result<std::vector<DependencyTree>> dependency_trees(const Session& session,
                                                     const TreeOptions& options,
                                                     const MemberChoice& choice);

}  // namespace lpm::ops
