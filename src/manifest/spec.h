// Dependency specifiers as written in a manifest or on the command line (npm's npm-package-arg
// grammar, plus workspace:, catalog: and link:).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "manifest/name.h"
#include "semver/semver.h"

namespace lpm::manifest {

struct RangeSpec {
  semver::Range range;
};  // also an exact version
struct TagSpec {
  std::string tag;
};
// Hosted repositories become `git+https://...` or `git+ssh://git@...` however they were written;
// other git URLs keep their scheme (`git+http`, `git`, ...), and the ssh form `user@host:path`
// stays as it is. Whether a scheme is allowed is for the caller to say.
struct GitSpec {
  std::string url;         // without what stood behind `#`
  std::string committish;  // commit, branch or tag; "" is the default branch
  std::string path;        // `#path:packages/a`: the folder in the repository, no slash in front
  std::string range;       // `#semver:^1.0.0`: to be matched against the tags
};
struct UrlSpec {
  std::string url;
};  // remote tarball
// file: tarball or folder, told apart by the disk. Absolute, relative to the dependent, or `~/...`
// (home).
struct FileSpec {
  std::string path;
  bool is_portal = false;  // `portal:`: a folder, linked whatever the settings say
};
struct LinkSpec {
  std::string path;
};
struct WorkspaceSpec {
  std::string range;
  std::string alias_of;
};  // range: `*`, `^`, `~`, a range or a path
struct CatalogSpec {
  std::string catalog;
};  // "" is the default catalog

using SpecKind = std::variant<RangeSpec, TagSpec, GitSpec, UrlSpec, FileSpec, LinkSpec,
                              WorkspaceSpec, CatalogSpec>;

// What one edge asks for. `target` is the package's real name: differs from the edge's name for
// `npm:` aliases.
struct DependencySpec {
  std::string name;    // as the dependent calls it; the folder in node_modules
  std::string target;  // as the registry calls it
  std::string text;    // as written
  SpecKind kind;

  bool is_alias() const { return name != target; }
  bool is_registry() const {
    return std::holds_alternative<RangeSpec>(kind) || std::holds_alternative<TagSpec>(kind);
  }
};

// A value of a dependency map. BAD_SPEC, UNSUPPORTED_SPEC, BAD_NAME.
Result<DependencySpec> parse_spec(std::string_view name, std::string_view text);
// The same where the package's own manifest will tell the name: URLs, paths, repositories.
Result<DependencySpec> parse_unnamed_spec(std::string_view text);

// JSR's packages under the names that it has for registry clients: `@jsr/scope__name` of
// `@scope/name`; "" for what no package of JSR is called.
std::string jsr_name(std::string_view name);

// `patch:a@npm%3A^1.0.0#~/patches/a.patch`, yarn's way to ask for a patched package. `~/` is the
// project's folder, other paths count from the dependent's. Patches that yarn itself carries are
// left out.
struct PatchReference {
  std::string name;
  std::string spec;  // "^1.0.0"
  std::vector<std::string> files;
};
// Nothing for other specifiers, and for patches of patches.
std::optional<PatchReference> parse_patch_reference(std::string_view text);

// A command-line argument: `name`, `name@spec`, `@scope/name@spec`, `alias@npm:name@spec`, a URL, a
// path. For URLs and paths the name is empty until the package is read. The spec is one that
// parse_spec (or parse_unnamed_spec) accepts. BAD_SPEC, UNSUPPORTED_SPEC, BAD_NAME.
struct PackageArgument {
  std::string name;  // may be empty
  std::string spec;  // text after `@`; empty when none was given
  bool has_spec = false;
};
Result<PackageArgument> parse_package_argument(std::string_view text);

}  // namespace lpm::manifest
