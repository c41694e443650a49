// store: machine-wide package directories keyed by the SHA-512 of the tarball, each with an index
// of its files (docs/formats/store.md). Owns unpacking, verification and collection; must not know
// graphs or projects. Store is thread-safe, within the process and between processes (staging
// folder, then one rename). Files: ~/.lpm/store/x1.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "formats/formats.h"
#include "manifest/manifest.h"

namespace lpm::store {

struct IndexedFile {
  std::string path;  // relative, safe
  std::uint64_t size = 0;
  std::uint32_t mode = 0;  // 0644 or 0755
  std::int64_t mtime_ns = 0;
  std::uint64_t hash_low = 0;  // XXH3-128: finds damage, not an adversary
  std::uint64_t hash_high = 0;
};

struct IndexedBin {
  std::string command;
  std::string path;  // relative, safe; npm admits one that no file has, and so does this
};

// The index of one entry: its files in bytewise order and the manifest facts that linking needs.
struct PackageIndex {
  crypto::Sha512 tarball_digest{};
  std::string name;  // of the package.json inside
  std::string version;
  std::vector<std::string> directories;  // every folder, parents first
  std::vector<IndexedFile> files;
  std::vector<IndexedBin> bins;
  std::vector<std::string>
      refused_bins;  // names of bins that would leave the package (contract G.12)
  manifest::StringPairs
      install_scripts;  // preinstall, install, postinstall, prepare; implicit node-gyp as install
  std::string engines_node;
  manifest::PlatformFilter platform;
  std::vector<std::string> bundled;
  std::uint32_t skipped_entries = 0;  // links, devices, FIFOs that were not made (contract G.3)
  std::string boot_id;                // of the writing, or of the last check
};

struct Entry {
  std::string directory;  // absolute; the package's files are directly in it
  PackageIndex index;
};

// Of an INTEGRITY error: the hash of the bytes that came instead.
std::string received_hash(const Error& error);

struct ImportRequest {
  std::string name = {};     // must equal the package.json inside, IDENTITY_MISMATCH otherwise
  std::string version = {};  // empty, like the name: not checked
  crypto::Integrity expected = {};  // empty: nothing known, sha512 is computed and trusted
  bool allow_sha1 = true;           // false when a sha512 is locked (contract G.11)
  bool allow_conflicting_duplicates = false;
};

struct ImportLimits {
  formats::TarLimits tar;
  formats::InflateLimits inflate;
  std::uint64_t max_compressed = 1ULL << 30;
};

struct VerifyProblem {
  std::string entry;
  std::string key;  // what the tarball's SHA-512 begins with, in hex
  std::string path;
  std::string problem;
};

// What the index of a package says that is a folder of its own and in no store: the facts of its
// package.json, no files. `has_gyp`: a binding.gyp is there.
Result<PackageIndex> index_of_folder(std::string_view package_json, bool has_gyp);

class Store {
 public:
  // Makes the folders on first need, not here. `directory` is <lpm home>/store/x1.
  explicit Store(std::string directory, ImportLimits limits = {});

  const std::string& directory() const { return directory_; }

  // The entry of a tarball digest; nothing when it is absent or incomplete. In the boot that wrote
  // it no file is looked at; after a reboot count and sizes are checked once and the index is
  // stamped.
  std::optional<Entry> find(const crypto::Sha512& digest, std::string_view name,
                            std::string_view version);

  // Verifies, unpacks into a staging folder and publishes an entry. Returns it, also when another
  // writer was first. INTEGRITY, NO_INTEGRITY, BAD_TARBALL, PATH_TRAVERSAL, LIMIT,
  // IDENTITY_MISMATCH, IO, NO_SPACE.
  Result<Entry> import_tarball(Bytes compressed, const ImportRequest& request);

  // The same for an archive that is not compressed, made here from files that no registry packed.
  // `key` stands for it instead of a digest of a tarball.
  Result<Entry> import_files(Bytes archive, const crypto::Sha512& key,
                             const ImportRequest& request);

  // The same for a body that arrives in pieces. Destroying an unfinished one removes its staging
  // folder.
  class StreamImport {
   public:
    StreamImport(StreamImport&&) noexcept;
    ~StreamImport();
    Status feed(Bytes piece);
    Result<Entry> finish();

   private:
    friend class Store;
    struct State;
    explicit StreamImport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
  };
  Result<StreamImport> start_import(ImportRequest request);

  // Sets an entry aside, so that the next import writes it anew.
  void discard(const Entry& entry);

  // Re-hashes every file of every entry; with `fix`, damaged entries are set aside. The caller
  // holds the store lock, exclusively with `fix`.
  Result<std::vector<VerifyProblem>> verify(bool fix,
                                            const std::function<void(std::string_view)>& on_entry);

  struct Collected {
    std::uint64_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t kept = 0;
    std::uint64_t kept_bytes = 0;
  };
  // Removes entries that `is_needed` (digest) does not want and whose files have a single link,
  // entries that are not whole, and what was set aside. The caller holds the store lock
  // exclusively, as for clean().
  Result<Collected> collect_garbage(const std::function<bool(const crypto::Sha512&)>& is_needed,
                                    bool dry_run);
  Status clean();  // removes everything

 private:
  Result<Entry> import_anyhow(Bytes compressed, const ImportRequest& request);
  std::optional<Entry> find_whole(const crypto::Sha512& digest, const ImportRequest& request);
  Result<Entry> import_in_pieces(Bytes compressed, const ImportRequest& request);
  std::string directory_;
  ImportLimits limits_;
};

}  // namespace lpm::store
