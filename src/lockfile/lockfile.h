// lockfile: lpm.lock (text, the only truth) and .lpm/lpm.lockb (this machine's image of it) <->
// graph, and drift against manifests. Formats: docs/formats/lockfile.md, docs/formats/lockb.md.
// Must not know the network. Pure but for the two file names; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "graph/graph.h"
#include "manifest/package_json.h"

namespace lpm::lockfile {

inline constexpr int kFormatVersion = 2;        // the newest that is understood
inline constexpr int kVersionWithoutRules = 1;  // of a file that needs nothing newer

// What changes the answer beside the importers' specs. Hashes are hex SHA-256 of a canonical text,
// "" for none.
struct ResolutionInputs {
  std::string overrides;
  std::string extensions;
  std::string peer_rules;
  std::string node;           // the project's Node that the engines preference used: "20.11.0"
  bool legacy_peers = false;  // missing peers were not installed (legacy-peer-deps)
  bool operator==(const ResolutionInputs&) const = default;
};

struct Lockfile {
  ResolutionInputs inputs;
  graph::DependencyGraph graph;
  bool operator==(const Lockfile&) const = default;
};

// BAD_LOCKFILE with file:line, NEWER_LOCKFILE, CONFLICT_MARKERS.
Result<Lockfile> parse_lockfile(std::string_view text, std::string_view file_name);
// Equal lockfiles give equal bytes; parse(write(x)) == x and write(parse(t)) == t for what we
// wrote.
std::string write_lockfile(const Lockfile& lockfile);

// Image of a lockfile, bound to the SHA-256 of its text and to a secret of this machine: a project
// that was cloned with an image inside could otherwise say something else than its lpm.lock.
std::string write_image(const Lockfile& lockfile, std::string_view lockfile_text,
                        std::string_view machine_key = {});
// Nothing when it is damaged, of another version, of another text, or made with another key.
std::optional<Lockfile> read_image(Bytes image, std::string_view lockfile_text,
                                   std::string_view machine_key = {});

// What both sides of an unresolved merge agree on and what they add, as preference for a new
// resolution. Where both lock a dependency to different versions the higher one stays.
struct MergedLockfile {
  Lockfile lockfile;
  std::vector<std::string> notes;  // "`react`: 18.3.1, not 18.2.0"
};
// BAD_LOCKFILE when the text has no markers or a side does not parse.
Result<MergedLockfile> merge_conflict(std::string_view text, std::string_view file_name);

// Where a manifest's wishes and the locked importer differ, or the locked version is none that was
// wished for.
struct Drift {
  std::string importer;
  std::string name;
  std::string locked_spec;  // "" when it is not locked; "^1 at a@2.0.0" when that is out of range
  std::string wanted_spec;  // "" when the manifest lacks it
};
// Without `own_peers` (legacy-peer-deps) the manifest's own peerDependencies count for nothing.
std::vector<Drift> drift(const Lockfile& lockfile, std::string_view importer_path,
                         const manifest::Manifest& manifest, bool own_peers = true);

}  // namespace lpm::lockfile
