// Which packages of a workspace a command means: the words of `--filter` (docs/workspaces.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lpm::workspace {

// One word. Its parts hold together: a package must be of the name, in the folder, and changed.
struct Selector {
  bool excludes = false;  // !x
  std::string name;       // exact, or a glob
  std::string folder;     // {dir} or ./dir: relative to the folder of the call, exact or a glob
  std::string since;      // [ref]
  bool with_dependencies = false;  // x...
  bool with_dependents = false;    // ...x
  bool without_itself = false;     // x^... or ...^x
};
// USAGE with what is wrong.
Result<Selector> parse_selector(std::string_view text);

struct Selectable {
  std::string name;                       // may be empty
  std::string path;                       // "." is the root
  std::vector<std::size_t> dependencies;  // that are members, by index
};

struct Selection {
  std::vector<bool> chosen;                // by index
  std::vector<std::string> without_match;  // words that meant nothing
};

// Paths of files, relative to the workspace, that differ from a commit.
using ChangedSince = std::function<Result<std::vector<std::string>>(const std::string& reference)>;

// What the words mean together: all that one of them takes, less what a `!` takes away; words that
// only take away begin with all members. The root is taken by its exact name or folder only.
// `folder` is where the call was made, relative to the root. USAGE, and what `changed` says.
Result<Selection> select(const std::vector<std::string>& words,
                         const std::vector<Selectable>& packages, std::string_view folder,
                         const ChangedSince& changed);

// By git, with what is not committed and not ignored. USAGE for what git does not know.
Result<std::vector<std::string>> changed_files(const std::string& root,
                                               const std::string& reference);

}  // namespace lpm::workspace
