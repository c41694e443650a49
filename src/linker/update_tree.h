// node_modules that is there already -> node_modules as planned, changing only what differs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "linker/link_keeper.h"
#include "linker/linker.h"
#include "linker/record.h"
#include "linker/tree_builder.h"
#include "linker/workspace_state.h"

namespace lpm::linker {

class TreeUpdate {
 public:
  TreeUpdate(const LinkPlan& plan, const graph::DependencyGraph& graph,
             const std::vector<const store::Entry*>& entries, WorkerPool& pool,
             const LinkOptions& options, WorkspaceState& state);

  Result<LinkResult> run();

 private:
  enum class Action : std::uint8_t { Keep, CheckFiles, FixLinks, Make };

  Status look();
  Action action_for(const PlannedPackage& planned) const;
  Status check_files();
  Status make_missing();
  Status fix_inner_links(const PlannedPackage& planned);
  Status fix_outer_links();
  Status fix_hidden_links(std::map<std::string, Links>& by_folder);
  Status fix_root_links(std::map<std::string, Links>& by_folder);
  Status fix_root_scope(const std::string& scope, const Links& wanted);
  Status remove_obsolete();
  Status before_change();
  Status write_new_record();

  // Notes those that go: `path` is below node_modules.
  bool is_stray(const std::string& path, const os::DirectoryEntry& entry);
  bool is_old_link(const std::string& path) const;
  bool points_into_store(const std::string& path) const;
  std::string folder_of(const PlannedPackage& planned) const;

  const LinkPlan& plan_;
  const std::vector<const store::Entry*>& entries_;
  WorkerPool& pool_;
  const LinkOptions& options_;
  WorkspaceState& state_;
  TreeBuilder builder_;
  LinkKeeper keeper_;

  const std::string modules_;
  const std::string virtual_store_;
  std::uint64_t inode_ = 0;  // of the virtual store
  Record old_record_;
  Record new_record_;
  std::vector<os::DirectoryEntry> present_;  // in the virtual store, by name
  std::vector<Action> actions_;              // by index into the plan
  bool changed_ = false;
  LinkResult result_;
};

}  // namespace lpm::linker
