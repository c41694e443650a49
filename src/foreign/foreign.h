// foreign: lockfiles of other package managers -> one neutral structure, and that -> a graph that
// the resolver prefers. Formats and what is carried: docs/formats/foreign-lockfiles.md. Everything
// read here is hostile: sizes and nesting are bounded, time is linear, no path is opened. Knows
// neither network nor files. Pure, thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/integrity.h"
#include "graph/graph.h"
#include "manifest/package_json.h"
#include "manifest/platform.h"

namespace lpm::foreign {

enum class Format : std::uint8_t {
  PackageLock,
  Shrinkwrap,
  YarnClassic,
  YarnBerry,
  Pnpm,
  Bun,
  BunBinary,  // known by its name, never read
};
std::string_view name_of(Format format);       // "package-lock", as `--from` takes it
std::string_view file_name_of(Format format);  // "package-lock.json"
std::string_view tool_of(Format format);       // "npm"
std::optional<Format> format_named(std::string_view name);

using EntryId = std::uint32_t;
inline constexpr EntryId kNoEntry = UINT32_MAX;

struct Edge {
  std::string name;  // as the dependent calls it
  std::string spec;  // "" when the file does not say it
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  EntryId target = kNoEntry;  // kNoEntry: the file has none, for example of an unmet optional peer
};

// One package as the file has it; hoisted formats have one for each place.
struct Entry {
  std::string name;     // real name
  std::string version;  // as written
  graph::Source source;
  crypto::Integrity integrity;
  std::string tarball;  // as written; "" when the file does not say it
  manifest::PlatformFilter platform;
  std::vector<Edge> edges;
  bool is_optional = false;  // the file says so; many say it in edges only
  bool is_bundled = false;   // its dependent's tarball carries it
  std::uint32_t line = 0;
};

struct Importer {
  std::string path;  // relative to the lockfile; "." is the root
  std::vector<Edge> edges;
};

// "`a@1.0.0`", "is patched, and the patch is not in the lockfile".
struct Omission {
  std::string what;
  std::string reason;
  std::uint32_t line = 0;  // 0: of the file as a whole
};

// Yarn classic keeps what was asked for and what was chosen, but not who asked; format 1 of npm
// only where it was put.
struct Pattern {
  std::string name;
  std::string spec;  // "" for any
  EntryId target = kNoEntry;
  std::string importer;  // whose dependency it is; "" for anybody's
  bool is_peer = false;  // installed as a peer, asked for or not
};

struct ForeignLock {
  Format format = Format::PackageLock;
  std::string version;  // of the format, as written: "3", "9.0"
  // The tool installed peers that nobody asks for, and the file has them.
  bool has_peers = true;
  std::vector<Importer> importers;
  std::vector<Entry> entries;
  std::vector<Pattern>
      patterns;  // by name, spec and importer; of formats that do not name the importers
  std::vector<Omission> omissions;  // by line
};

// What a lockfile is by its name, and where that leaves two, by its text.
std::optional<Format> format_of(std::string_view file_name, std::string_view text);

// BAD_FOREIGN_LOCKFILE, BAD_JSON or BAD_YAML, with file:line. Of a binary lockfile the error names
// the command that converts it.
Result<ForeignLock> read_lockfile(Format format, std::string_view text, std::string_view file_name);

// Adds the importer's edges where the file leaves them to package.json; does nothing when it is
// there already.
void add_importer(ForeignLock& lock, std::string_view path, const manifest::Manifest& manifest);

struct Preferred {
  graph::DependencyGraph graph;
  std::vector<Omission> omissions;  // repositories whose commit the file does not have
};

// The graph that the resolver shall prefer: of places with the same name and version one package,
// with the edges of all of them, earlier ones first. Bundled packages and what no edge reaches are
// left out; so are folders, which are read anew.
Preferred preferred_graph(const ForeignLock& lock);

}  // namespace lpm::foreign
