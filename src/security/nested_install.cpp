// Package managers that a script starts. `npm ci`, `npm run` and `npx` are not here: they are
// amber, as all unknown commands.
#include <algorithm>
#include <array>

#include "security/program_rules.h"

namespace lpm::security {
namespace {

struct Manager {
  std::string_view name;
  std::string_view installing;  // words that install, with blanks around each
};

constexpr std::string_view kNpmWords =
    " install i in ins inst insta instal isnt isnta isntal isntall add it install-test ";

constexpr std::array kManagers = {
    Manager{"npm", kNpmWords},           Manager{"pnpm", " install i add "},
    Manager{"lpm", " install i add "},   Manager{"cnpm", " install i add "},
    Manager{"yarn", " install add "},    Manager{"yarnpkg", " install add "},
    Manager{"bun", " install i add a "}, Manager{"pip", " install "},
    Manager{"pip2", " install "},        Manager{"pip3", " install "},
    Manager{"gem", " install i "},       Manager{"cargo", " install "},
    Manager{"brew", " install "},
};

// Options that take no value, so that the next word is no value of theirs.
constexpr std::array<std::string_view, 27> kSwitches = {"-s",
                                                        "-g",
                                                        "-y",
                                                        "-f",
                                                        "-d",
                                                        "-dd",
                                                        "-ddd",
                                                        "-q",
                                                        "-v",
                                                        "-r",
                                                        "--silent",
                                                        "--global",
                                                        "--yes",
                                                        "--force",
                                                        "--quiet",
                                                        "--offline",
                                                        "--verbose",
                                                        "--recursive",
                                                        "--json",
                                                        "--parallel",
                                                        "--stream",
                                                        "--workspaces",
                                                        "--ignore-scripts",
                                                        "--if-present",
                                                        "--legacy-peer-deps",
                                                        "--no-audit",
                                                        "--no-fund"};

bool may_take_value(std::string_view option) {
  if (option == "--" || option.find('=') != std::string_view::npos) return false;
  if (option.starts_with("--no-")) return false;
  return std::find(kSwitches.begin(), kSwitches.end(), option) == kSwitches.end();
}

}  // namespace

// The first word that is no option is the verb. After an option that nobody knows it may be that
// option's value: npm takes it as such, so the next one counts too.
bool installs_packages(const Program& program) {
  const auto manager = std::find_if(kManagers.begin(), kManagers.end(), [&](const Manager& row) {
    return row.name == program.name || (program.name.starts_with("pip3.") && row.name == "pip3");
  });
  if (manager == kManagers.end()) return false;
  bool may_be_value = false;
  for (const Word& word : program.arguments) {
    const std::string& text = word.possible;
    if (text.empty()) continue;
    if (text[0] == '-') {
      may_be_value = may_take_value(text);
      continue;
    }
    if (text == "global" && program.name.starts_with("yarn")) continue;
    if (text[0] == '+') continue;  // cargo +nightly
    if (manager->installing.find(" " + text + " ") != std::string_view::npos) return true;
    if (!may_be_value) return false;
    may_be_value = false;
  }
  return false;
}

}  // namespace lpm::security
