// Brings the links of one folder to what is planned, with the fewest changes, and leaves alone what
// is not ours.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "linker/workspace_state.h"
#include "os/os.h"

namespace lpm::linker {

// Link name -> target, of one folder.
using Links = std::map<std::string, std::string, std::less<>>;

class LinkKeeper {
 public:
  // `before_change` runs before each change.
  LinkKeeper(WorkspaceState& state, std::function<Status()> before_change)
      : state_(state), before_change_(std::move(before_change)) {}

  // Is an entry that is not planned ours, and thus to go?
  using IsOurs = std::function<bool(const os::DirectoryEntry&)>;
  // `folder` is made when links belong into it; what else stands at its place is set aside. Links
  // of ours are removed, other things of ours are set aside.
  Status keep(const std::string& folder, const Links& wanted, const IsOurs& is_ours);

  std::uint64_t made() const { return made_; }

 private:
  // False when there is no such folder and none is needed.
  Result<bool> prepare(const std::string& folder, bool needed);
  Status remove(const std::string& path, os::FileType type);
  Status put(const std::string& path, const std::string& target, os::FileType present);

  WorkspaceState& state_;
  std::function<Status()> before_change_;
  std::uint64_t made_ = 0;
};

}  // namespace lpm::linker
