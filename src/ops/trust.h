// Looking at lifecycle scripts before anybody approves them (docs/triage.md). Nothing is run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

// One reason of a tier.
struct ScriptFinding {
  std::string rule;
  std::string tier;  // "green", "amber", "red"
  std::string text;  // as in the command; may hold anything
  std::string why;
};

struct ClassifiedCommand {
  std::string tier;
  std::vector<ScriptFinding> findings;  // worst first
};

// The tier of the text of a command alone.
ClassifiedCommand classify_script(std::string_view command);

struct ExplainedCommand {
  std::string phase;
  std::string command;
  bool implied = false;  // by binding.gyp
  ClassifiedCommand text;
  std::vector<std::string> files;
};
struct ScriptCapability {
  std::string id;
  std::string tier;
  std::string path;
  std::uint32_t line = 0;  // 0: the file as a whole
  std::string text;        // of the file; may hold anything
  std::string why;
};
struct ExplainedPackage {
  std::string package;  // "name@version"
  std::string tier;
  std::vector<ExplainedCommand> commands;
  std::vector<std::string> files;
  std::vector<ScriptCapability> capabilities;
  bool complete = true;
  std::string closure_hash;
};

// What the lifecycle scripts of each locked version of a package reach, from its files in the
// store. NO_LOCKFILE, NOT_A_DEPENDENCY, STORE_DAMAGED when it
// is not in the store.
Result<std::vector<ExplainedPackage>> explain_scripts(const Session& session,
                                                      std::string_view wish);

}  // namespace lpm::ops
