// The places beside node_modules that a run uses: a fresh folder to build in, and trash. Made on
// first need.
#pragma once

#include <string>

#include "base/result.h"
#include "os/os.h"

namespace lpm::linker {

class WorkspaceState {
 public:
  // `folder` is `.lpm`, on the volume that node_modules is on.
  explicit WorkspaceState(std::string folder) : folder_(std::move(folder)) {}
  WorkspaceState(const WorkspaceState&) = delete;
  WorkspaceState& operator=(const WorkspaceState&) = delete;

  // A folder of this run's own, below `new`.
  Result<std::string> staging();
  // At the end of a good run. After a bad one the folder stays until empty_trash(): deleting is
  // slow.
  Status remove_staging();
  // Sets `path` aside; ok when it is not there.
  Status discard(const std::string& path);
  // Makes a link at `path`, in one step when a link is there already.
  Status replace_link(const std::string& target, const std::string& path);

 private:
  std::string folder_;
  std::string staging_;
  std::string trash_;
  std::size_t counter_ = 0;
};

}  // namespace lpm::linker
