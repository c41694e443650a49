// acquire: from a wanted manifest and a lockfile to a graph whose packages are in the store.
// Resolving and fetching are one phase: each package is fetched as soon as it is decided.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "graph/graph.h"
#include "lockfile/lockfile.h"
#include "ops/install/fetch_queue.h"
#include "ops/install/install.h"
#include "ops/install/metadata_feed.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "ops/session.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {

// Network, registry client, store: made for one install, used by its phases.
class Supply {
 public:
  Supply(const Session& session, const InstallOptions& options);
  ~Supply();
  net::Client& network();
  registry::RegistryClient& registry();
  store::Store& store();
  sources::Client& sources();
  FetchQueue& fetches();
  // A new source for one resolution.
  resolver::MetadataSource& metadata(CacheTrust trust);
  // Tells the reporter how far fetching is, and which request stalls.
  void tick();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

struct Acquired {
  lockfile::Lockfile lockfile;               // the new truth
  graph::Reached reached;                    // under the selection and this platform
  std::vector<const store::Entry*> entries;  // by PackageId; null when not installed
  bool used_lockfile = false;
  bool is_verified = true;  // no entry is left that should have been compared with the registry
  std::vector<std::string> warnings;
  std::vector<resolver::PeerIssue> peers;
};

// Resolves when the lockfile does not fit (or there is none); else takes it as it is.
Result<Acquired> resolve_or_reuse(const Session& session, const Project& project,
                                  const WantedProject& wanted, const InstallOptions& options,
                                  Supply& supply);

// Waits until every package to install is in the store; fills `entries` and integrities that were
// not known.
Status fetch_all(const Session& session, Supply& supply, Acquired& acquired);

// Refuses a lockfile that does not fit under --frozen-lockfile. LOCKFILE_DRIFT, NO_LOCKFILE.
Status check_frozen(const Session& session, const Project& project, const WantedProject& wanted,
                    const InstallOptions& options);

}  // namespace lpm::ops::install
