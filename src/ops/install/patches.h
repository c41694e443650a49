// The patches that a project has for packages (docs/patches.md): `patchedDependencies` of lpm, pnpm
// and bun, and yarn's `patch:`.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "foreign/write.h"
#include "graph/graph.h"
#include "linker/linker.h"

namespace lpm::ops::install {

struct Project;

class Patches {
 public:
  // BAD_MANIFEST for an entry of the wrong shape, BAD_PATCH for a file that is not there or not
  // understood.
  static Result<Patches> read(const Project& project);

  bool empty() const { return rules_.empty(); }
  // Makes private copies of the packages that have patches. The plan borrows them.
  void add_to(linker::LinkPlan& plan, const graph::DependencyGraph& graph) const;
  // One for each that no package of the graph has.
  std::vector<std::string> unused(const graph::DependencyGraph& graph) const;
  std::vector<std::string> files() const;  // absolute
  // Tells the writer of another tool's lockfile of those that the tool applies, and of the others.
  void add_to(foreign::LockSource& source, foreign::Format format) const;

 private:
  // For `name@range`; an empty range is any version.
  struct Rule {
    std::string title;  // "`a@1.0.0` of `pnpm.patchedDependencies`"
    std::string name;
    std::string range;
    linker::PackagePatch patch;
    bool is_of_pnpm = false;  // in pnpm-workspace.yaml
  };

  Status read_map(const Project& project, const formats::json::Value& map,
                  const std::string& title);
  Status read_references(const Project& project);
  Status add_reference(const std::string& folder, const std::string& text,
                       const std::string& title);
  Result<const linker::PatchFile*> file_at(const std::string& folder, const std::string& path,
                                           const std::string& title);
  const Rule* rule_for(const graph::Package& package) const;

  std::vector<Rule> rules_;
  std::deque<linker::PatchFile> files_;  // stay where they are
  std::string directory_;
};

}  // namespace lpm::ops::install
