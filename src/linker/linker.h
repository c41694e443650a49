// linker: graph and store -> node_modules, bins, removal of what is gone. Planning is a pure
// function from graph to a list of folders, links and shims; one executor makes them. Layout:
// docs/formats/node-modules.md. Must not know registries. Runs on the calling thread and a pool;
// the project lock is held by the caller. Files: <project>/node_modules, <project>/.lpm/new,
// <project>/.lpm/trash.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/worker_pool.h"
#include "formats/patch.h"
#include "graph/graph.h"
#include "store/store.h"

namespace lpm::linker {

enum class Layout : std::uint8_t { Isolated, Hoisted };

// Neighbours in LinkPlan::links or ::shims.
struct PlannedRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// A patch of the project (docs/patches.md).
struct PatchFile {
  std::string name;    // relative to the project, for messages
  std::string digest;  // SHA-256 of the text with plain line ends, 64 digits
  std::vector<formats::FilePatch> changes;
};
// Those of one package, in the order in which they are applied.
struct PackagePatch {
  std::vector<const PatchFile*> files;  // borrowed
};

// A folder of the virtual store: node_modules/.lpm/<folder>/node_modules/<name>.
struct PlannedPackage {
  graph::PackageId id;
  std::string folder;  // "react-dom@18.3.1_0123456789abcdef"
  std::string name;
  bool private_copy = false;  // never hard-linked: patched or built in place
  PlannedRange links;         // those inside the folder
  PlannedRange shims;
  PackagePatch patch = {};  // not empty: it is a private copy, too
};

struct PlannedLink {
  std::string path;    // below node_modules
  std::string target;  // relative, as stored in the symlink
};

struct PlannedShim {
  std::string path;    // below node_modules: ".bin/tsc"
  std::string target;  // relative, as stored in the symlink
  graph::PackageId package;
};

struct LinkPlan {
  Layout layout = Layout::Isolated;
  std::vector<PlannedPackage> packages;  // in graph order
  std::vector<PlannedLink>
      links;  // first those of the packages, in the same order, then the others
  std::vector<PlannedShim> shims;     // likewise
  std::vector<std::string> warnings;  // refused bins, name collisions
};

// `entries[id]` is the store entry of each installed package (null for others); of a folder that is
// linked to, a description for its bins. `selection` is that
// of reach(). The root importer's plan has all package folders; a workspace member's has its links
// and bins only.
LinkPlan plan_isolated(const graph::DependencyGraph& graph, const std::vector<bool>& installed,
                       const std::vector<const store::Entry*>& entries, std::size_t importer,
                       const graph::Selection& selection = {});

// node_modules of a folder that is linked to and whose dependencies are in the graph: links and
// bins.
LinkPlan plan_linked_folder(const graph::DependencyGraph& graph, const std::vector<bool>& installed,
                            const std::vector<const store::Entry*>& entries,
                            graph::PackageId folder);

// Commands of a folder that is linked to, by id.
struct FolderBins {
  graph::PackageId id;
  std::vector<store::IndexedBin> bins;
};
// The plans of all importers, in the graph's order.
std::vector<LinkPlan> plan_importers(const graph::DependencyGraph& graph,
                                     const std::vector<bool>& installed,
                                     const std::vector<const store::Entry*>& entries,
                                     const graph::Selection& selection,
                                     const std::vector<FolderBins>& folder_bins);

struct LinkOptions {
  std::string project;  // absolute; of the importer that was planned
  std::string state;    // absolute folder for `new` and `trash`; "" is <project>/.lpm
  bool verify = false;  // compare what is there file by file (ci, --force)
  // What others put into node_modules goes, too: folders and links, but for names with a dot
  // before.
  bool planned_only = false;
  // Packages done so far; called from any thread, one call at a time.
  std::function<void(std::uint64_t linked)> on_progress;
};

struct LinkResult {
  std::uint64_t packages_added = 0;
  std::uint64_t packages_removed = 0;
  std::uint64_t packages_kept = 0;
  std::uint64_t files = 0;          // made in this run
  std::uint64_t links = 0;          // made in this run, bins included
  std::string link_method;          // "hard link", "reflink", "copy"; "" when no file was made
  std::string tree;                 // 32 digits, equal for equal trees
  std::vector<std::string> strays;  // below node_modules; what went for `planned_only`
};

// Makes node_modules as planned: whole and new in `.lpm/new` with one rename when there is none,
// else folder by folder beside what is kept. STORE_DAMAGED names an entry whose files are gone (the
// caller fetches it again): one fact `package`, "name@version", for each of them.
Result<LinkResult> execute(const LinkPlan& plan, const graph::DependencyGraph& graph,
                           const std::vector<const store::Entry*>& entries, WorkerPool& pool,
                           const LinkOptions& options);

// What `.lpm/install-hash` must name to notice a removed or added entry: the folders that a plan
// owns, relative to the project: "node_modules", "node_modules/.lpm", "node_modules/@scope". As
// many as the direct dependencies have scopes, however large the graph.
std::vector<std::string> owned_folders(const LinkPlan& plan);

// Deletes trash, and what killed runs left in `new`, for at most `budget_ms`, but some dozen
// entries in any case.
void empty_trash(const std::string& project, std::int64_t budget_ms);

}  // namespace lpm::linker
