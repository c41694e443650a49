// Carries out a plan: whole and new with one rename, or as an update of what is there.
#include "linker/inspect.h"
#include "linker/linker.h"
#include "linker/record.h"
#include "linker/tree_builder.h"
#include "linker/update_tree.h"
#include "linker/workspace_state.h"

namespace lpm::linker {
namespace {

// What it wrote.
Result<std::string> write_fresh_record(const LinkPlan& plan,
                                       const std::vector<const store::Entry*>& entries,
                                       const os::Directory& virtual_store) {
  const std::uint64_t inode = os::stamp(virtual_store.path()).inode;
  std::string text = write_record(record_of(plan, entries), inode);
  const int problem = virtual_store.write_new_file(kRecordName, as_bytes(text), 0644);
  if (problem == 0) return text;
  const std::string path = virtual_store.path() + "/" + kRecordName;
  return system_error(problem, "cannot write `" + path + "`", path);
}

Result<LinkResult> make_fresh(const LinkPlan& plan, const graph::DependencyGraph& graph,
                              const std::vector<const store::Entry*>& entries, WorkerPool& pool,
                              const LinkOptions& options, WorkspaceState& state) {
  if (options.verify) LPM_TRY(check_store_files(plan, entries, pool));
  LPM_TRY_ASSIGN(const std::string staging, state.staging());
  LPM_TRY_ASSIGN(const os::Directory modules, os::Directory::open(staging));
  LPM_TRY_ASSIGN(const os::Directory virtual_store, os::Directory::create(staging + "/.lpm"));
  std::vector<std::uint32_t> all(plan.packages.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  TreeBuilder builder(plan, graph, entries, pool, options);
  LPM_TRY(builder.build(virtual_store, all, &modules));
  LPM_TRY_ASSIGN(const std::string record, write_fresh_record(plan, entries, virtual_store));
  LPM_TRY(os::rename_path(staging, options.project + "/node_modules"));
  LinkResult result;
  result.packages_added = plan.packages.size();
  result.files = builder.files();
  result.links = builder.links();
  result.link_method = builder.link_method();
  result.tree = record_digest(record);
  return result;
}

// Renames do not cross volumes: a node_modules that is a mount of its own gets its places inside
// itself.
std::string state_folder(const LinkOptions& options, const os::FileStamp& modules) {
  const std::string folder = options.state.empty() ? options.project + "/.lpm" : options.state;
  const os::FileStamp beside = os::stamp(os::exists(folder) ? folder : options.project);
  const bool apart = modules.type == os::FileType::Directory && modules.device != beside.device;
  return apart ? options.project + "/node_modules/.lpm/.state" : folder;
}

}  // namespace

Result<LinkResult> execute(const LinkPlan& plan, const graph::DependencyGraph& graph,
                           const std::vector<const store::Entry*>& entries, WorkerPool& pool,
                           const LinkOptions& options) {
  const std::string modules = options.project + "/node_modules";
  const os::FileStamp there = os::stamp(modules);
  WorkspaceState state(state_folder(options, there));
  if (there.type == os::FileType::Directory) {
    LPM_TRY_ASSIGN(LinkResult result, TreeUpdate(plan, graph, entries, pool, options, state).run());
    LPM_TRY(state.remove_staging());
    return result;
  }
  LPM_TRY(state.discard(modules));  // a file, or a link that leads nowhere
  return make_fresh(plan, graph, entries, pool, options, state);
}

}  // namespace lpm::linker
