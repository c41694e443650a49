#include "linker/tree_builder.h"

#include <algorithm>
#include <cerrno>
#include <set>

#include "linker/apply_patch.h"

namespace lpm::linker {
namespace {

constexpr std::size_t kLargePackage = 768;  // files; larger ones are spread over the workers
constexpr std::uint32_t kFilesPerUnit = 512;
constexpr std::uint32_t kLinksPerUnit = 64;
// What empties one file mostly empties its neighbours: a look at some finds it, a look at all has a
// price (docs/decisions/0004).
constexpr std::size_t kSizesLookedAt = 4;
constexpr std::size_t kVirtualStorePrefix = std::string_view(".lpm/").size();

Error link_error(int problem, const std::string& path) {
  Error error = system_error(problem, "cannot make `" + path + "`", path);
  if (error.code == ErrorCode::IO) error.code = ErrorCode::LINK;
  return error;
}

// The folder is new: a name in the way is another spelling of this one.
Error merged_names(const PlannedPackage& planned, const std::string& path) {
  return Error(ErrorCode::LINK, "`" + planned.name +
                                    "` has names that differ only in spelling, and the volume of "
                                    "the project takes them for one")
      .at(path)
      .hint("install on a volume that tells upper from lower case");
}

}  // namespace

TreeBuilder::TreeBuilder(const LinkPlan& plan, const graph::DependencyGraph& graph,
                         const std::vector<const store::Entry*>& entries, WorkerPool& pool,
                         const LinkOptions& options)
    : plan_(plan), graph_(graph), entries_(entries), pool_(pool), options_(options) {
  if (!plan.packages.empty()) {
    inner_links_ = plan.packages.back().links.end;
    inner_shims_ = plan.packages.back().shims.end;
  }
}

Status TreeBuilder::build(const os::Directory& virtual_store,
                          const std::vector<std::uint32_t>& packages,
                          const os::Directory* modules) {
  virtual_store_ = &virtual_store;
  modules_ = modules;
  if (!packages.empty()) {
    const std::string& source = entry_of(plan_.packages[packages[0]]).directory;
    reflink_ = os::can_reflink(source, virtual_store.path());
    if (reflink_) clone_ = true;
  }
  std::vector<std::uint32_t> large;
  std::vector<Unit> units = split_work(packages, large);
  if (modules != nullptr) {
    LPM_TRY(make_outer_folders());
    add_outer_links(units);
  }
  pool_.for_each_index(large.size(), [&](std::size_t i) {
    guarded([&] { return make_folders_of_large(plan_.packages[large[i]]); });
  });
  pool_.for_each_index(units.size(),
                       [&](std::size_t i) { guarded([&] { return run(units[i]); }); });
  if (damaged_.empty()) apply_patches(packages);
  return outcome();
}

void TreeBuilder::apply_patches(const std::vector<std::uint32_t>& packages) {
  for (const std::uint32_t package : packages) {
    const PlannedPackage& planned = plan_.packages[package];
    if (planned.patch.files.empty()) continue;
    guarded([&] {
      const graph::Package& known = graph_[planned.id];
      return apply_patch(
          virtual_store_->path() + "/" + planned.folder + "/node_modules/" + planned.name,
          known.name + "@" + known.version, planned.patch);
    });
  }
}

// Largest first, so that no worker starts a long piece when the others are done.
std::vector<TreeBuilder::Unit> TreeBuilder::split_work(const std::vector<std::uint32_t>& packages,
                                                       std::vector<std::uint32_t>& large) const {
  std::vector<Unit> units;
  units.reserve(packages.size() + 8);
  for (const std::uint32_t package : packages) {
    const auto files =
        static_cast<std::uint32_t>(entry_of(plan_.packages[package]).index.files.size());
    if (files <= kLargePackage) {
      units.push_back({Unit::Kind::Package, package, 0, files});
      continue;
    }
    large.push_back(package);
    for (std::uint32_t begin = 0; begin < files; begin += kFilesPerUnit)
      units.push_back({Unit::Kind::Files, package, begin, std::min(begin + kFilesPerUnit, files)});
  }
  std::stable_sort(units.begin(), units.end(),
                   [](const Unit& a, const Unit& b) { return a.end - a.begin > b.end - b.begin; });
  return units;
}

void TreeBuilder::add_outer_links(std::vector<Unit>& units) const {
  const auto count = static_cast<std::uint32_t>(plan_.links.size() - inner_links_ +
                                                plan_.shims.size() - inner_shims_);
  for (std::uint32_t begin = 0; begin < count; begin += kLinksPerUnit)
    units.push_back({Unit::Kind::Links, 0, begin, std::min(begin + kLinksPerUnit, count)});
}

void TreeBuilder::guarded(const std::function<Status()>& work) {
  if (failed_.load(std::memory_order_relaxed)) return;
  Status status = work();
  if (status) return;
  failed_ = true;
  const std::lock_guard lock(mutex_);
  errors_.push_back(std::move(status).error());
}

Status TreeBuilder::run(const Unit& unit) {
  switch (unit.kind) {
    case Unit::Kind::Package:
      return make_package(plan_.packages[unit.package]);
    case Unit::Kind::Files:
      return place_files(plan_.packages[unit.package], unit.begin, unit.end);
    case Unit::Kind::Links:
      return make_outer_links(unit.begin, unit.end);
  }
  return {};
}

Status TreeBuilder::make_package(const PlannedPackage& planned) {
  LPM_TRY(make_folders(planned));
  LPM_TRY_ASSIGN(const os::Directory target,
                 virtual_store_->open_below(planned.folder + "/node_modules/" + planned.name));
  LPM_TRY(make_inner_folders(planned, target));
  LPM_TRY(make_inner_links(planned));
  const auto count = static_cast<std::uint32_t>(entry_of(planned).index.files.size());
  LPM_TRY(place_files(planned, target, 0, count));
  package_done();
  return {};
}

Status TreeBuilder::make_folders_of_large(const PlannedPackage& planned) {
  LPM_TRY(make_folders(planned));
  LPM_TRY_ASSIGN(const os::Directory target,
                 virtual_store_->open_below(planned.folder + "/node_modules/" + planned.name));
  LPM_TRY(make_inner_folders(planned, target));
  LPM_TRY(make_inner_links(planned));
  package_done();
  return {};
}

// FOLDER, FOLDER/node_modules and the package's own folder below.
Status TreeBuilder::make_folders(const PlannedPackage& planned) {
  std::string path = planned.folder;
  LPM_TRY(make_folder(*virtual_store_, path));
  path += "/node_modules";
  LPM_TRY(make_folder(*virtual_store_, path));
  if (const std::size_t slash = planned.name.find('/'); slash != std::string::npos)
    LPM_TRY(make_folder(*virtual_store_, path + "/" + planned.name.substr(0, slash)));
  return make_folder(*virtual_store_, path + "/" + planned.name);
}

Status TreeBuilder::make_inner_folders(const PlannedPackage& planned, const os::Directory& target) {
  for (const std::string& folder : entry_of(planned).index.directories)
    LPM_TRY(make_folder(target, folder));
  return {};
}

// Links to dependencies and the package's own .bin. A folder for them is made when it is not one of
// the two that exist already: the one beside the package, and the package's scope.
Status TreeBuilder::make_inner_links(const PlannedPackage& planned) {
  const std::string beside = planned.folder + "/node_modules";
  std::set<std::string, std::less<>> known{beside};
  const std::string own = beside + "/" + planned.name;
  known.insert(own.substr(0, own.rfind('/')));
  known.insert(own);
  const auto place = [&](const std::string& path, const std::string& target) -> Status {
    const std::string_view inner = std::string_view(path).substr(kVirtualStorePrefix);
    const std::string_view parent = inner.substr(0, inner.rfind('/'));
    if (!known.contains(parent)) {
      for (std::size_t end = parent.find('/', beside.size() + 1);;
           end = parent.find('/', end + 1)) {
        const std::string part(parent.substr(0, end));
        if (known.insert(part).second) LPM_TRY(make_folder(*virtual_store_, part));
        if (end == std::string_view::npos) break;
      }
    }
    return make_link(*virtual_store_, inner.data(), target);
  };
  for (std::uint32_t i = planned.links.begin; i < planned.links.end; ++i)
    LPM_TRY(place(plan_.links[i].path, plan_.links[i].target));
  for (std::uint32_t i = planned.shims.begin; i < planned.shims.end; ++i)
    LPM_TRY(place(plan_.shims[i].path, plan_.shims[i].target));
  return {};
}

Status TreeBuilder::place_files(const PlannedPackage& planned, std::uint32_t begin,
                                std::uint32_t end) {
  LPM_TRY_ASSIGN(const os::Directory target,
                 virtual_store_->open_below(planned.folder + "/node_modules/" + planned.name));
  return place_files(planned, target, begin, end);
}

Status TreeBuilder::place_files(const PlannedPackage& planned, const os::Directory& target,
                                std::uint32_t begin, std::uint32_t end) {
  const store::Entry& entry = entry_of(planned);
  Result<os::Directory> source = os::Directory::open(entry.directory);
  if (!source) {
    if (!os::exists(entry.directory)) return damaged(planned);
    return std::move(source).error();
  }
  const std::uint32_t step = std::max<std::uint32_t>(
      1, static_cast<std::uint32_t>(entry.index.files.size() / kSizesLookedAt));
  for (std::uint32_t i = begin; i < end; ++i) {
    const store::IndexedFile& file = entry.index.files[i];
    const std::string& path = file.path;
    if (i % step == 0 && source->stamp_below(path.c_str()).size != file.size)
      return damaged(planned);
    const int problem = place_file(*source, target, path.c_str(), planned.private_copy);
    if (problem == ENOENT) return damaged(planned);
    if (problem == EEXIST) return merged_names(planned, target.path() + "/" + path);
    if (problem != 0) return link_error(problem, target.path() + "/" + path);
  }
  files_.fetch_add(end - begin, std::memory_order_relaxed);
  return {};
}

int TreeBuilder::place_file(const os::Directory& source, const os::Directory& target,
                            const char* path, bool private_copy) {
  if (!private_copy && !clone_.load(std::memory_order_relaxed)) {
    const int problem = target.link_from(source.fd(), path, path);
    const bool impossible = problem == EXDEV || problem == EPERM || problem == EOPNOTSUPP;
    if (impossible) clone_ = true;
    // EMLINK: this one file has all the links that its file system allows.
    else if (problem != EMLINK)
      return problem;
  }
  return os::clone_file(source.fd(), path, target.fd(), path);
}

Status TreeBuilder::make_outer_folders() {
  std::set<std::string> folders;
  const auto add_parent = [&folders](const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1))
      folders.insert(path.substr(0, slash));
  };
  for (std::size_t i = inner_links_; i < plan_.links.size(); ++i) add_parent(plan_.links[i].path);
  for (std::size_t i = inner_shims_; i < plan_.shims.size(); ++i) add_parent(plan_.shims[i].path);
  folders.erase(".lpm");  // made by the caller, who opened it
  for (const std::string& folder : folders) LPM_TRY(make_folder(*modules_, folder));
  return {};
}

Status TreeBuilder::make_outer_links(std::uint32_t begin, std::uint32_t end) {
  const auto link_count = static_cast<std::uint32_t>(plan_.links.size()) - inner_links_;
  for (std::uint32_t i = begin; i < end; ++i) {
    if (i < link_count) {
      const PlannedLink& link = plan_.links[inner_links_ + i];
      LPM_TRY(make_link(*modules_, link.path.c_str(), link.target));
    } else {
      const PlannedShim& shim = plan_.shims[inner_shims_ + i - link_count];
      LPM_TRY(make_link(*modules_, shim.path.c_str(), shim.target));
    }
  }
  return {};
}

Status TreeBuilder::make_link(const os::Directory& base, const char* path,
                              const std::string& target) {
  const int problem = base.make_symlink(target.c_str(), path);
  // A package may carry a file where its own .bin or dependency would go; its file stays.
  if (problem != 0 && problem != EEXIST) return link_error(problem, base.path() + "/" + path);
  links_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

Status TreeBuilder::make_folder(const os::Directory& base, const std::string& path) {
  const int problem = base.make_directory(path.c_str());
  if (problem != 0 && problem != EEXIST) return link_error(problem, base.path() + "/" + path);
  return {};
}

const store::Entry& TreeBuilder::entry_of(const PlannedPackage& planned) const {
  return *entries_[graph::index(planned.id)];
}

// Noted, not returned: the caller wants to know of all of them.
Status TreeBuilder::damaged(const PlannedPackage& planned) {
  const std::lock_guard lock(mutex_);
  damaged_.push_back(planned.id);
  return {};
}

Status TreeBuilder::outcome() const {
  if (!errors_.empty()) return errors_.front();
  if (damaged_.empty()) return {};
  std::vector<graph::PackageId> ids = damaged_;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  Error error(ErrorCode::STORE_DAMAGED, "files of a package are missing in the store");
  error.where = entries_[graph::index(ids.front())]->directory;
  for (const graph::PackageId id : ids)
    error.facts.push_back({"package", graph_[id].name + "@" + graph_[id].version});
  return error;
}

std::string TreeBuilder::link_method() const {
  if (files_ == 0) return "";
  if (!clone_) return "hard link";
  return reflink_ ? "reflink" : "copy";
}

void TreeBuilder::package_done() {
  if (!options_.on_progress) return;
  const std::lock_guard lock(mutex_);
  options_.on_progress(++packages_done_);
}

}  // namespace lpm::linker
