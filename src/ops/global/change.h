// Change: one change of the global packages, from its roots to its commit.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/global/catalogue.h"
#include "ops/global/recover.h"
#include "ops/session.h"
#include "os/locks.h"

namespace lpm::ops::global {

inline constexpr std::string_view kStopped = "stopped; global packages are as they were before";

// What a change does to the catalogue as it is when its turn comes.
struct Decision {
  std::vector<GlobalPackage> set;
  std::vector<std::string> removed;
};

class Change {
 public:
  // `command` is told in the lock, in the log and to the user.
  Change(const Session& session, std::string command, Wait wait);
  ~Change();  // takes an uncommitted change back
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

  // Makes an empty root for each of the packages and writes the intent. Needed for new packages
  // only. Returns the catalogue as it is now.
  Result<Catalogue> begin(const std::vector<std::string>& packages);
  // Names of the roots' folders, in the order of begin().
  const std::vector<std::string>& roots() const { return roots_; }

  // Asks `decide` with the lock held and carries its decision out. Returns the new catalogue.
  using Decide = std::function<Result<Decision>(const Catalogue&)>;
  Result<Catalogue> commit(const Decide& decide);

 private:
  Status make_root(const std::string& package);
  Status carry_out(Held& held);
  void take_back();

  const Session& session_;
  const Places places_;
  const std::string id_;
  const std::string command_;
  const Wait wait_;
  std::vector<std::string> roots_;
  std::vector<os::FileLock> owner_locks_;  // of the roots, until the change is over
  bool begun_ = false;
  bool committed_ = false;
};

}  // namespace lpm::ops::global
