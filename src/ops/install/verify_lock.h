// Entries of lpm.lock are compared with the registry before anything is made of them, unless the
// committed lpm.lock holds them or this machine wrote the file (docs/formats/lockfile.md,
// CONTRACTS C.10). Whoever may edit a lockfile could otherwise name any bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "ops/install/acquire.h"
#include "ops/install/install.h"
#include "ops/install/project.h"
#include "ops/session.h"

namespace lpm::ops::install {

class LockVerification {
 public:
  // Finds the entries to compare, and asks for their packuments; what is in the metadata cache is
  // not asked again. References must outlive it.
  static Result<LockVerification> begin(const Session& session, const Project& project,
                                        const InstallOptions& options, const Acquired& acquired,
                                        Supply& supply);
  // Waits. LOCKFILE_MISMATCH with every entry that differs; what kept the registry from answering.
  // Offline, what the cache does not know is a warning, or OFFLINE when verifying was asked for.
  Status finish(Acquired& acquired);
  std::uint64_t compared() const { return entries_.size(); }

 private:
  std::vector<const graph::Package*> entries_;  // by name; one of several peer contexts
  resolver::MetadataSource* answers_ = nullptr;
  std::size_t asked_ = 0;  // names
  bool is_offline_ = false;
  bool was_asked_for_ = false;
};

bool was_asked_to_verify(const InstallOptions& options);

}  // namespace lpm::ops::install
