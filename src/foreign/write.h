// From a graph to the text of another tool's lockfile (docs/formats/foreign-lockfiles.md). Pure,
// thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foreign/foreign.h"

namespace lpm::foreign {

// What a package's own package.json says and a graph does not hold.
struct PackageFacts {
  manifest::StringPairs bins;
  manifest::StringPairs dependencies;
  manifest::StringPairs optional_dependencies;
};

// What a lockfile of another tool is made of.
struct LockSource {
  struct Package {
    std::string_view path;  // "." is the project
    const manifest::Manifest& manifest;
  };
  const graph::DependencyGraph& graph;
  std::vector<Package> packages;                // the project first, then its members
  std::vector<const PackageFacts*> facts = {};  // by PackageId; null, or absent: not known
  std::vector<std::string> tarballs = {};       // by PackageId: whole addresses
  bool legacy_peers = false;
  // Patches that pnpm applies as well: key of the rule -> SHA-256 of its file.
  std::map<std::string, std::string> patches = {};
  std::vector<std::string> patch_hashes = {};   // by PackageId; "" of others, empty without patches
  std::vector<std::string> other_patches = {};  // titles of those that the tool does not know
};
// Packages whose facts are asked for: what every platform installs. Those of the others are left
// out, so that the text does not depend on the machine.
std::vector<bool> packages_with_facts(const graph::DependencyGraph& graph);

// "package-lock" or "pnpm", as settings and flags name what can be written.
std::optional<Format> writable_format(std::string_view name);

struct WrittenLock {
  std::string text;
  std::vector<Omission> omissions;  // what the format cannot say
};
// Equal sources give equal bytes.
WrittenLock write_package_lock(const LockSource& source);  // lockfileVersion 3
WrittenLock write_pnpm_lock(const LockSource& source);     // lockfileVersion 9.0

}  // namespace lpm::foreign
