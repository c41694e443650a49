// Triage of lifecycle scripts: how dangerous the text of a command looks, and why (docs/triage.md).
// A pure function of the text: nothing is run, read or asked. Text alone never proves a script
// harmless; the tier of a package also takes the files that its commands reach
// (security/script_closure.h). Every function is safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::security {

// Worse is greater.
enum class Tier : std::uint8_t {
  Green,  // a recipe known to build and nothing else
  Amber,  // unknown: somebody has to look
  Red,    // does what attacks do and builds need not
};

std::string_view name_of(Tier tier);  // "green"

// One row of docs/triage.md. Ids are stable: they stand in `--json`.
struct Rule {
  std::string_view id;
  Tier tier;
  std::string_view why;
};

// All rules, worst first, then by id.
std::span<const Rule> rules();

// What a rule found: the words that it holds against the command, as written (at most 200 bytes).
struct Evidence {
  std::string_view rule;  // of the table of rules
  Tier tier = Tier::Amber;
  std::string text;
  std::string_view why;
};

struct Verdict {
  Tier tier = Tier::Green;
  std::vector<Evidence> evidence;  // worst first; never empty; at most 32
};

// The tier of a command as `sh -c` or cmd.exe would get it. Any bytes; linear in their number.
// `classify_command(a + " && " + b)` is at least as bad as the worse of both when `a` can be parsed
// to its end and stays within the limits of nesting.
Verdict classify_command(std::string_view command);

}  // namespace lpm::security
