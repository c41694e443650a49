// Looking at lifecycle scripts before anybody approves them (docs/triage.md). Nothing is run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

}  // namespace lpm::ops
