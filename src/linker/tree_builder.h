// Makes package folders and the links around them, in parallel, below folders that nobody else sees
// yet.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "linker/linker.h"
#include "os/os.h"

namespace lpm::linker {

class TreeBuilder {
 public:
  TreeBuilder(const LinkPlan& plan, const graph::DependencyGraph& graph,
              const std::vector<const store::Entry*>& entries, WorkerPool& pool,
              const LinkOptions& options);

  // Makes the folders of these packages (indices into the plan) in `virtual_store`. With `modules`,
  // also the links outside package folders, below it.
  Status build(const os::Directory& virtual_store, const std::vector<std::uint32_t>& packages,
               const os::Directory* modules = nullptr);

  std::uint64_t files() const { return files_; }
  std::uint64_t links() const { return links_; }
  std::string link_method() const;

 private:
  // What one worker does at a time: a package, a part of a large one's files, or some outer links.
  struct Unit {
    enum class Kind : std::uint8_t { Package, Files, Links } kind;
    std::uint32_t package;
    std::uint32_t begin;
    std::uint32_t end;
  };

  std::vector<Unit> split_work(const std::vector<std::uint32_t>& packages,
                               std::vector<std::uint32_t>& large) const;
  void add_outer_links(std::vector<Unit>& units) const;
  void guarded(const std::function<Status()>& work);
  void apply_patches(const std::vector<std::uint32_t>& packages);

  Status run(const Unit& unit);
  Status make_package(const PlannedPackage& planned);
  Status make_folders(const PlannedPackage& planned);
  Status make_folders_of_large(const PlannedPackage& planned);
  Status make_inner_folders(const PlannedPackage& planned, const os::Directory& target);
  Status make_inner_links(const PlannedPackage& planned);
  Status place_files(const PlannedPackage& planned, std::uint32_t begin, std::uint32_t end);
  Status place_files(const PlannedPackage& planned, const os::Directory& target,
                     std::uint32_t begin, std::uint32_t end);
  int place_file(const os::Directory& source, const os::Directory& target, const char* path,
                 bool private_copy);
  Status make_outer_folders();
  Status make_outer_links(std::uint32_t begin, std::uint32_t end);
  Status make_link(const os::Directory& base, const char* path, const std::string& target);
  Status make_folder(const os::Directory& base, const std::string& path);

  const store::Entry& entry_of(const PlannedPackage& planned) const;
  Status damaged(const PlannedPackage& planned);
  Status outcome() const;
  void package_done();

  const LinkPlan& plan_;
  const graph::DependencyGraph& graph_;
  const std::vector<const store::Entry*>& entries_;
  WorkerPool& pool_;
  const LinkOptions& options_;
  const os::Directory* virtual_store_ = nullptr;
  const os::Directory* modules_ = nullptr;
  std::uint32_t inner_links_ = 0;  // how many of the plan's links are inside package folders
  std::uint32_t inner_shims_ = 0;

  std::atomic<bool> clone_{false};  // hard links are not possible here, or clones are better
  bool reflink_ = false;
  std::atomic<std::uint64_t> files_{0};
  std::atomic<std::uint64_t> links_{0};
  std::atomic<bool> failed_{false};  // by something that stops the run, unlike a damaged entry
  mutable std::mutex mutex_;
  std::vector<Error> errors_;
  std::vector<graph::PackageId> damaged_;
  std::uint64_t packages_done_ = 0;
};

}  // namespace lpm::linker
