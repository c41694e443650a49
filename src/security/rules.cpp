#include "security/rules.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace lpm::security {
namespace {

constexpr std::size_t kLongestText = 200;  // bytes of a command that one finding shows

constexpr std::array kRules = {
    Rule{"defender-exclusion", Tier::Red, "turns the virus scanner of Windows off"},
    Rule{"download-to-shell", Tier::Red, "a shell runs what was downloaded or decoded"},
    Rule{"inline-code", Tier::Red, "code in the command itself, where no file can be reviewed"},
    Rule{"invisible-text", Tier::Red, "characters that hide what the command says"},
    Rule{"nested-install", Tier::Red, "installs further packages, past every check"},
    Rule{"network-shell", Tier::Red, "opens a raw connection, as remote shells do"},
    Rule{"outside-chmod", Tier::Red, "makes a file outside the package executable"},
    Rule{"outside-remove", Tier::Red, "removes files outside the package"},
    Rule{"outside-write", Tier::Red, "writes start-up files, keys or system settings"},
    Rule{"powershell-code", Tier::Red, "PowerShell runs a text as code"},
    Rule{"run-text", Tier::Red, "`eval` runs a text as code"},
    Rule{"assignment", Tier::Amber, "sets variables that change what the program does"},
    Rule{"compound-command", Tier::Amber, "more than one command, or a redirection"},
    Rule{"disguised-word", Tier::Amber, "quotes or escapes inside a word"},
    Rule{"empty-command", Tier::Amber, "nothing to run"},
    Rule{"expansion", Tier::Amber, "what runs is known only when it runs"},
    Rule{"foreign-code", Tier::Amber, "code for another interpreter in the command itself"},
    Rule{"guarded-require", Tier::Amber, "runs a file of the package if it is there"},
    Rule{"outside-file", Tier::Amber, "runs a file that is not the package's own"},
    Rule{"too-deep", Tier::Amber, "commands inside commands beyond the limit"},
    Rule{"unknown-program", Tier::Amber, "not one of the known recipes"},
    Rule{"unparsed", Tier::Amber, "a quote or bracket is never closed"},
    Rule{"known-recipe", Tier::Green, "one of the known recipes"},
};

}  // namespace

std::string_view name_of(Tier tier) {
  switch (tier) {
    case Tier::Green:
      return "green";
    case Tier::Amber:
      return "amber";
    case Tier::Red:
      return "red";
  }
  return "amber";
}

std::span<const Rule> rules() {
  return kRules;
}

const Rule& rule(std::string_view id) {
  const auto found =
      std::find_if(kRules.begin(), kRules.end(), [&](const Rule& row) { return row.id == id; });
  assert(found != kRules.end());
  return *found;
}

Evidence evidence_of(std::string_view id, std::string_view text) {
  const Rule& row = rule(id);
  return {row.id, row.tier, shortened(text), row.why};
}

std::string shortened(std::string_view text) {
  std::size_t length = std::min(text.size(), kLongestText);
  // Not in the middle of a UTF-8 character.
  while (length < text.size() && length > 0 && (text[length] & 0xC0) == 0x80) --length;
  return std::string(text.substr(0, length));
}

}  // namespace lpm::security
