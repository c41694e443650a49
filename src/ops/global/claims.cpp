#include "ops/global/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace lpm::ops::global {
namespace {

constexpr std::string_view kOwnCommand = "lpm";  // would hide the program that is running

using Names = std::vector<std::string>;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_sorted(Names& names, const std::string& name) {
  names.insert(std::lower_bound(names.begin(), names.end(), name), name);
}

void move_name(const std::string& name, Names& from, Names& to) {
  std::erase(from, name);
  add_sorted(to, name);
}

std::string id_of(const GlobalPackage& package) {
  return package.name + "@" + package.version;
}

GlobalPackage* owner_of(Catalogue& catalogue, const std::string& command) {
  for (auto& [name, package] : catalogue.packages)
    if (contains(package.commands, command)) return &package;
  return nullptr;
}

struct Conflict {
  std::string command;
  std::string holder;  // "" when it is a file of the user's
  std::string claimant;
};

class Claims {
 public:
  Claims(const Places& places, const Catalogue& present, const ClaimOptions& options)
      : places_(places), present_(present), options_(options), after_(present) {}

  void remove(const std::string& name) { after_.packages.erase(name); }

  void set(const GlobalPackage& fresh) {
    const auto before = present_.packages.find(fresh.name);
    const Names none;
    const Names& withheld = before == present_.packages.end() ? none : before->second.withheld;
    after_.packages.erase(fresh.name);
    GlobalPackage row = fresh;
    row.commands.clear();
    row.withheld.clear();
    for (const std::string& command : fresh.commands)
      add_sorted(gets(row, command, contains(withheld, command)) ? row.commands : row.withheld,
                 command);
    after_.packages.insert_or_assign(fresh.name, std::move(row));
  }

  Result<Claimed> finish() {
    if (!conflicts_.empty()) return conflict_error();
    hand_on_free_commands();
    Claimed claimed;
    for (const auto& [name, row] : present_.packages)
      if (!after_.packages.contains(name)) claimed.decision.removed.push_back(name);
    for (const auto& [name, row] : after_.packages) {
      const auto before = present_.packages.find(name);
      if (before == present_.packages.end() || before->second != row)
        claimed.decision.set.push_back(row);
    }
    claimed.notes = std::move(notes_);
    return claimed;
  }

 private:
  bool gets(const GlobalPackage& claimant, const std::string& command, bool did_without) {
    if (command == kOwnCommand) {
      notes_.push_back(fmt::format("`{}` does not get the command `lpm`, which is this program",
                                   id_of(claimant)));
      return false;
    }
    GlobalPackage* holder = owner_of(after_, command);
    if (holder == nullptr) {
      if (!options_.is_foreign(places_, command)) return true;
      if (did_without || contains(options_.keep, command)) return false;
      conflicts_.push_back({command, "", id_of(claimant)});
      return false;
    }
    if (contains(options_.replace, command)) {
      move_name(command, holder->commands, holder->withheld);
      notes_.push_back(fmt::format("the command `{}` is `{}`'s now, no longer `{}`'s", command,
                                   id_of(claimant), id_of(*holder)));
      return true;
    }
    if (!did_without && !contains(options_.keep, command))
      conflicts_.push_back({command, id_of(*holder), id_of(claimant)});
    return false;
  }

  void hand_on_free_commands() {
    for (const auto& [name, before] : present_.packages) {
      for (const std::string& command : before.commands) {
        if (owner_of(after_, command) != nullptr) continue;
        for (auto& [heir_name, heir] : after_.packages) {
          if (!contains(heir.withheld, command)) continue;
          move_name(command, heir.withheld, heir.commands);
          notes_.push_back(fmt::format("the command `{}` is `{}`'s now", command, id_of(heir)));
          break;
        }
      }
    }
  }

  Error conflict_error() const {
    const Conflict& first = conflicts_.front();
    Error error(ErrorCode::COMMAND_TAKEN,
                first.holder.empty()
                    ? fmt::format("`{}` has the command `{}`, and {}/{} is not lpm's",
                                  first.claimant, first.command, places_.bin, first.command)
                    : fmt::format("`{}` and `{}` both have the command `{}`", first.holder,
                                  first.claimant, first.command));
    std::string keep, replace;
    for (const Conflict& conflict : conflicts_) {
      const bool is_foreign = conflict.holder.empty();
      keep += " --keep-bin " + conflict.command;
      replace += (is_foreign ? " --keep-bin " : " --replace-bin ") + conflict.command;
      error.facts.push_back(
          {conflict.command,
           fmt::format("{}, wanted by {}", is_foreign ? "a file of yours" : "of " + conflict.holder,
                       conflict.claimant)});
    }
    if (replace != keep)
      error.hints.push_back(
          fmt::format("`lpm {}{}` gives it to the new package", options_.command, replace));
    error.hints.push_back(fmt::format("`lpm {}{}` leaves it as it is", options_.command, keep));
    return error;
  }

  const Places& places_;
  const Catalogue& present_;
  const ClaimOptions& options_;
  Catalogue after_;
  std::vector<Conflict> conflicts_;
  Names notes_;
};

}  // namespace

Result<Claimed> claim_commands(const Places& places, const Catalogue& present,
                               const std::vector<GlobalPackage>& fresh, const Names& removed,
                               const ClaimOptions& options) {
  Claims claims(places, present, options);
  for (const std::string& name : removed) claims.remove(name);
  for (const GlobalPackage& package : fresh) claims.set(package);
  return claims.finish();
}

}  // namespace lpm::ops::global
