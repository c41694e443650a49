// What the lifecycle scripts of a package reach: files, what these can do, and the tier of it all
// (docs/triage.md, "The tier of a package"). Pure: files come from whoever asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "security/triage.h"

namespace lpm::security {

// A read-only look at the files of one package.
class PackageFiles {
 public:
  virtual ~PackageFiles() = default;
  // The bytes of a file, by its path below the package with `/`; nothing when there is none.
  virtual std::optional<std::string> file(std::string_view path) const = 0;
};

// Something that a reached file can do, or that keeps it from being known.
struct Capability {
  std::string_view id;  // "network"; docs/triage.md has the table
  Tier tier = Tier::Amber;
  std::string path;
  std::uint32_t line = 0;  // 1-based; 0: the file as a whole
  std::string text;        // the code, cut
  std::string_view why;
};

struct ReachedFile {
  std::string path;
  std::string sha256;  // hex
};

struct ScriptCommand {
  std::string phase;    // "preinstall", "install", "postinstall"
  std::string command;  // as written, or `node-gyp rebuild` that binding.gyp implies
  bool implied = false;
  Verdict text;                    // of the command alone
  std::vector<std::string> files;  // that it names itself
};

struct ScriptReport {
  Tier tier = Tier::Green;  // green too when there is nothing to run
  std::vector<ScriptCommand> commands;
  std::vector<ReachedFile> files;        // by path; package.json is always one
  std::vector<Capability> capabilities;  // by path, line, id
  // False when something that runs is not among the files: who binds an approval to `closure_hash`
  // must then bind it to the whole archive.
  bool complete = true;
  std::string closure_hash;  // "sha256-" and hex over the files; docs/triage.md
};

ScriptReport analyse_scripts(const PackageFiles& files);

// Rows of the table of capabilities.
std::span<const Rule> capability_rules();

}  // namespace lpm::security
