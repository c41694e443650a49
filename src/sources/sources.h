// sources: packages that no registry has: folders, archives, git repositories (docs/sources.md).
// Owns reading and fetching them and importing them into the store; must not know projects' graphs
// or resolution. Client is thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/worker_pool.h"
#include "graph/graph.h"
#include "manifest/manifest.h"
#include "os/process.h"
#include "registry/registry.h"
#include "store/store.h"

namespace lpm::sources {

struct Options {
  std::string project;  // absolute; relative paths start here
  std::string home;
  bool offline = false;
  bool pack_folders = false;      // install-links: folders of `file:` are copied, not linked
  bool install_peers = true;      // of linked folders, whose required peers are dependencies
  bool strict_integrity = false;  // a remote archive needs a locked integrity
  bool allow_conflicting_duplicates = false;
  os::EnvironmentMap environment;    // for git
  bool allow_file_protocol = false;  // git repositories on this disk: tests only
};

// What a source's text (graph/source_text.h) leads to.
struct Found {
  graph::Source source;
  std::shared_ptr<const manifest::Packument> packument;  // one version, under the real name
  // In the store; of a linked folder a description whose directory is the folder itself.
  store::Entry entry;
  bool downloaded = false;
  std::string warning;  // "" for none
};

struct Wish {
  std::string text;
  crypto::Integrity integrity;  // what an archive must have; empty: whatever it is
};

// The wish for exactly what a graph has.
Wish wish_for(const graph::Source& source, const crypto::Integrity& integrity);

// A folder's package.json. `alone`: as `link:` asks for it, without dependencies.
struct Folder {
  bool is_packed = false;  // else linked
  std::shared_ptr<const manifest::Packument> packument;
  store::PackageIndex index;  // no files
  std::string warning;        // "" for none
};
Result<Folder> read_folder(const Options& options, std::string_view path, bool alone);

// Folders and archives on disk, read on the calling thread. SOURCE_NOT_FOUND, BAD_SOURCE,
// INTEGRITY, and what the store says.
Result<Found> read_from_disk(const Options& options, store::Store& store, const Wish& wish);

// The integrity that an archive on disk has now.
Result<crypto::Integrity> integrity_of_file(const Options& options, std::string_view path);

// Whether a path, relative to the project or absolute, is a folder below the project, links
// followed. node_modules is made in no other.
bool is_inside_project(const Options& options, std::string_view path);

// What stands for a locked package in the store where no integrity does: repositories only.
std::optional<crypto::Sha512> store_key(const graph::Source& source);

class Client {
 public:
  using Done = std::function<void(Result<Found>)>;

  // All references must outlive the client, and the pool must be idle before it goes.
  Client(Options options, registry::RegistryClient& registry, store::Store& store,
         WorkerPool& pool);

  const Options& options() const { return options_; }

  // Calls `done` once, on any thread. Besides the errors above AUTH_REQUIRED, HTTP_STATUS, NETWORK,
  // OFFLINE, NO_INTEGRITY, GIT.
  void find(Wish wish, Done done);

  // The lockfile names repositories without the password that a specifier may hold: it is taken
  // from there.
  void learn_password(const std::string& text);

  // What there was to say about what was found, sorted.
  std::vector<std::string> warnings() const;

 private:
  std::string with_password(const std::string& text);
  void download(const Wish& wish, const Done& done, net::BodyRepeats repeats);
  void import_download(const Wish& wish, const PaddedBuffer& body, const Done& done,
                       net::BodyRepeats repeats);
  void finish(Result<Found> found, const Done& done);

  const Options options_;
  registry::RegistryClient& registry_;
  store::Store& store_;
  WorkerPool& pool_;
  mutable std::mutex mutex_;
  std::set<std::string> warnings_;
  std::map<std::string, std::string> with_password_;  // repositories, by their URL without
  std::set<std::string> downloaded_;                  // entries' folders
};

}  // namespace lpm::sources
