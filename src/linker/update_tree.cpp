#include "linker/update_tree.h"

#include <algorithm>

#include "linker/inspect.h"

namespace lpm::linker {
namespace {

constexpr std::string_view kHidden = "node_modules";  // inside the virtual store

const os::DirectoryEntry* find_entry(const std::vector<os::DirectoryEntry>& entries,
                                     std::string_view name) {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), name,
      [](const os::DirectoryEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  return found != entries.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

TreeUpdate::TreeUpdate(const LinkPlan& plan, const graph::DependencyGraph& graph,
                       const std::vector<const store::Entry*>& entries, WorkerPool& pool,
                       const LinkOptions& options, WorkspaceState& state)
    : plan_(plan),
      entries_(entries),
      pool_(pool),
      options_(options),
      state_(state),
      builder_(plan, graph, entries, pool, options),
      keeper_(state, [this] { return before_change(); }),
      modules_(options.project + "/node_modules"),
      virtual_store_(modules_ + "/.lpm") {}

Result<LinkResult> TreeUpdate::run() {
  LPM_TRY(look());
  LPM_TRY(check_files());
  LPM_TRY(make_missing());
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i] == Action::FixLinks) LPM_TRY(fix_inner_links(plan_.packages[i]));
  LPM_TRY(fix_outer_links());
  LPM_TRY(remove_obsolete());
  LPM_TRY(write_new_record());
  result_.files = builder_.files();
  result_.links = builder_.links() + keeper_.made();
  result_.link_method = builder_.link_method();
  return std::move(result_);
}

Status TreeUpdate::look() {
  new_record_ = record_of(plan_, entries_);
  os::FileStamp stamp = os::stamp_link(virtual_store_);
  if (stamp.type != os::FileType::Directory) {
    LPM_TRY(state_.discard(virtual_store_));
    LPM_TRY(os::make_directory(virtual_store_));
    stamp = os::stamp_link(virtual_store_);
  }
  inode_ = stamp.inode;
  LPM_TRY_ASSIGN(present_, os::list_directory(virtual_store_));
  if (find_entry(present_, kRecordName) != nullptr) {
    LPM_TRY_ASSIGN(const auto text, os::read_file_if_exists(virtual_store_ + "/" + kRecordName));
    if (text) old_record_ = parse_record(*text, inode_);
  }
  for (const PlannedPackage& planned : plan_.packages) actions_.push_back(action_for(planned));
  return {};
}

TreeUpdate::Action TreeUpdate::action_for(const PlannedPackage& planned) const {
  const os::DirectoryEntry* there = find_entry(present_, planned.folder);
  if (there == nullptr || there->type != os::FileType::Directory) return Action::Make;
  const auto recorded = old_record_.packages.find(planned.folder);
  // What the store has of a patched package tells nothing of its files.
  const Action check = planned.patch.files.empty() ? Action::CheckFiles : Action::Make;
  if (recorded == old_record_.packages.end()) return check;
  const RecordedPackage& wanted = new_record_.packages.find(planned.folder)->second;
  if (recorded->second.content != wanted.content) return Action::Make;
  if (options_.verify) return check;
  return recorded->second.links == wanted.links ? Action::Keep : Action::FixLinks;
}

Status TreeUpdate::check_files() {
  std::vector<std::size_t> doubtful;
  for (std::size_t i = 0; i < actions_.size(); ++i)
    if (actions_[i] == Action::CheckFiles) doubtful.push_back(i);
  std::vector<FolderState> states(doubtful.size());
  pool_.for_each_index(doubtful.size(), [&](std::size_t i) {
    const PlannedPackage& planned = plan_.packages[doubtful[i]];
    states[i] =
        inspect_files(folder_of(planned) + "/" + planned.name, *entries_[graph::index(planned.id)]);
  });
  std::optional<Error> damaged;
  for (std::size_t i = 0; i < doubtful.size(); ++i) {
    actions_[doubtful[i]] = states[i] == FolderState::Whole ? Action::FixLinks : Action::Make;
    if (states[i] != FolderState::StoreDiffers) continue;
    const store::Entry& entry = *entries_[graph::index(plan_.packages[doubtful[i]].id)];
    if (!damaged)
      damaged = Error(ErrorCode::STORE_DAMAGED, "files of a package in the store were changed")
                    .at(entry.directory);
    damaged->facts.push_back({"package", entry.index.name + "@" + entry.index.version});
  }
  if (damaged) return std::move(*damaged);
  return {};
}

Status TreeUpdate::make_missing() {
  std::vector<std::uint32_t> missing;
  for (std::uint32_t i = 0; i < actions_.size(); ++i)
    if (actions_[i] == Action::Make) missing.push_back(i);
  result_.packages_added = missing.size();
  result_.packages_kept = actions_.size() - missing.size();
  if (missing.empty()) return {};
  LPM_TRY_ASSIGN(const std::string staging, state_.staging());
  LPM_TRY_ASSIGN(const os::Directory made, os::Directory::open(staging));
  LPM_TRY_ASSIGN(const os::Directory store, os::Directory::open(virtual_store_));
  LPM_TRY(builder_.build(made, missing));
  LPM_TRY(before_change());
  for (const std::uint32_t i : missing) {
    const std::string& folder = plan_.packages[i].folder;
    if (find_entry(present_, folder) != nullptr)
      LPM_TRY(state_.discard(virtual_store_ + "/" + folder));
    if (const int problem = made.rename_to(folder.c_str(), store, folder.c_str())) {
      const std::string path = virtual_store_ + "/" + folder;
      return system_error(problem, "cannot make `" + path + "`", path);
    }
  }
  return {};
}

// All beside the package is ours; in its own node_modules only .bin and its namesake are.
Status TreeUpdate::fix_inner_links(const PlannedPackage& planned) {
  const std::string beside = folder_of(planned);
  const std::string inner = ".lpm/" + planned.folder + "/node_modules/";
  const std::string own_bin = planned.name + "/node_modules/.bin";
  std::map<std::string, Links> by_folder{{"", {}}, {own_bin, {}}};
  const auto add = [&](const std::string& path, const std::string& target) {
    const std::string rest = path.substr(inner.size());
    const std::size_t slash = rest.rfind('/');
    if (slash == std::string::npos)
      by_folder[""][rest] = target;
    else
      by_folder[rest.substr(0, slash)][rest.substr(slash + 1)] = target;
  };
  for (std::uint32_t i = planned.links.begin; i < planned.links.end; ++i)
    add(plan_.links[i].path, plan_.links[i].target);
  for (std::uint32_t i = planned.shims.begin; i < planned.shims.end; ++i)
    add(plan_.shims[i].path, plan_.shims[i].target);
  if (const std::size_t slash = planned.name.find('/'); slash != std::string::npos)
    by_folder.try_emplace(planned.name.substr(0, slash));
  const std::string own_modules = planned.name + "/node_modules";
  for (const auto& [folder, links] : by_folder) {
    const bool in_package = folder.starts_with(own_modules);
    const auto is_ours = [&, &folder = folder](const os::DirectoryEntry& entry) {
      if (in_package) return folder == own_bin && entry.type == os::FileType::Symlink;
      const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
      return path != planned.name && !planned.name.starts_with(path + "/") &&
             !by_folder.contains(path);
    };
    LPM_TRY(keeper_.keep(folder.empty() ? beside : beside + "/" + folder, links, is_ours));
  }
  return {};
}

Status TreeUpdate::remove_obsolete() {
  for (const os::DirectoryEntry& entry : present_) {
    if (entry.name.starts_with('.') || entry.name == kHidden) continue;
    if (new_record_.packages.contains(entry.name)) continue;
    LPM_TRY(before_change());
    LPM_TRY(state_.discard(virtual_store_ + "/" + entry.name));
    ++result_.packages_removed;
  }
  return {};
}

// From here on the record would lie, should this run be killed.
Status TreeUpdate::before_change() {
  if (changed_) return {};
  changed_ = true;
  return os::remove_file(virtual_store_ + "/" + kRecordName);
}

Status TreeUpdate::write_new_record() {
  const std::string text = write_record(new_record_, inode_);
  result_.tree = record_digest(text);
  if (!changed_ && old_record_ == new_record_) return {};
  return os::write_file_atomic(virtual_store_ + "/" + kRecordName, text, os::Durability::None);
}

std::string TreeUpdate::folder_of(const PlannedPackage& planned) const {
  return virtual_store_ + "/" + planned.folder + "/node_modules";
}

}  // namespace lpm::linker
