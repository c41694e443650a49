// Which package has which command: the rules when two want the same one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/global/catalogue.h"
#include "ops/global/change.h"

namespace lpm::ops::global {

struct ClaimOptions {
  std::string command;  // "install -g foo": hints repeat it with a flag
  std::vector<std::string> replace;
  std::vector<std::string> keep;
  // Whether the bin folder has something of that name that is not lpm's.
  bool (*is_foreign)(const Places& places, std::string_view command);
};

struct Claimed {
  Decision decision;
  std::vector<std::string> notes;  // commands that changed hands
};

// The change that sets `fresh` (whose `commands` are all that the package has) and removes
// `removed`. A command of two packages stays whose it was with `keep`, or when it was withheld
// before; it goes to the new package with `replace`; else COMMAND_TAKEN, naming both packages and
// what to type. A command that becomes free goes to the first package that had to do without it.
Result<Claimed> claim_commands(const Places& places, const Catalogue& present,
                               const std::vector<GlobalPackage>& fresh,
                               const std::vector<std::string>& removed,
                               const ClaimOptions& options);

}  // namespace lpm::ops::global
