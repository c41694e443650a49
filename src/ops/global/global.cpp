#include "ops/global/global.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/text.h"
#include "ops/global/bins.h"
#include "ops/global/change.h"
#include "ops/global/claims.h"
#include "ops/global/recover.h"
#include "ops/global/stage.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

Places places_of(const Session& session) {
  return Places(session.settings.lpm_home());
}

Wait wait_of(const GlobalOptions& options) {
  return options.install.wait_for_lock ? Wait::Yes : Wait::No;
}

ClaimOptions claim_options(const GlobalOptions& options) {
  return {options.command, options.replace_bins, options.keep_bins, is_foreign};
}

Error not_global(const Catalogue& catalogue, const std::string& name) {
  Error error(ErrorCode::NOT_GLOBAL, fmt::format("`{}` is not installed globally", name));
  std::vector<std::string> names;
  for (const auto& [known, package] : catalogue.packages) names.push_back(known);
  if (const auto near = nearest_name(name, names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  error.hints.push_back("`lpm global list` shows what is");
  return error;
}

Status check_names(const Catalogue& catalogue, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!catalogue.packages.contains(name)) return not_global(catalogue, name);
  return {};
}

// The catalogue as it is now, with what was cut off settled if nobody else is at it.
Result<Catalogue> read_catalogue(const Session& session, const std::string& command) {
  const Places places = places_of(session);
  if (!os::exists(places.folder)) return Catalogue();
  // Not being allowed to change anything must not keep anybody from looking.
  Result<std::optional<Held>> held = try_hold_state(session, places, command);
  if (held && *held) {
    (*held)->lock.release();
    empty_trash(session, places);
    return std::move((*held)->catalogue);
  }
  if (!held && held.error().code != ErrorCode::PERMISSION) return std::move(held).error();
  return load_catalogue(places);
}

GlobalChange change_of(const Catalogue& before, const Staged& staged) {
  GlobalChange change{staged.package, "", false, staged.same};
  const auto old = before.packages.find(staged.package.name);
  if (old != before.packages.end()) change.from = old->second.version;
  return change;
}

void add_counts(GlobalResult& result, const Staged& staged) {
  result.packages += staged.result.packages;
  result.downloaded += staged.result.downloaded;
  result.from_store += staged.result.from_store;
  result.bytes_received += staged.result.bytes_received;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(result.warnings, staged.result.warnings);
  append(result.with_scripts, staged.result.with_scripts);
}

GlobalResult finished(const Session& session, GlobalResult result, std::int64_t start) {
  result.bin = places_of(session).bin;
  result.bin_on_path = is_on_path(session, result.bin);
  result.duration_ns = monotonic_now() - start;
  return result;
}

std::vector<std::string> names_of(const std::vector<Wish>& wishes) {
  std::vector<std::string> names;
  for (const Wish& wish : wishes) names.push_back(wish.name);
  return names;
}

// A change that is never committed, so that everything is taken back.
Result<GlobalResult> preview(const Session& session, const std::vector<Wish>& wishes,
                             const GlobalOptions& options) {
  const std::int64_t start = monotonic_now();
  Change change(session, options.command, wait_of(options));
  LPM_TRY_ASSIGN(const Catalogue present, change.begin(names_of(wishes)));
  GlobalResult result;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    LPM_TRY_ASSIGN(Staged staged, preview_package(session, places_of(session), wishes[i],
                                                  change.roots()[i], options.install));
    result.changes.push_back(change_of(present, staged));
    result.changes.back().same = result.changes.back().from == staged.package.version;
    add_counts(result, staged);
  }
  return finished(session, std::move(result), start);
}

void tell_after(const Session& session, const Catalogue& catalogue, GlobalResult& result) {
  const Places places = places_of(session);
  bool any_command = false;
  for (GlobalChange& change : result.changes) {
    const auto row = catalogue.packages.find(change.package.name);
    if (row == catalogue.packages.end()) continue;  // removed by somebody else meanwhile
    change.package = row->second;
    any_command = any_command || !change.package.commands.empty();
    if (change.same) continue;
    warn_of_hidden(session, places, change.package);
    if (change.package.commands.empty() && change.package.withheld.empty())
      result.warnings.push_back(fmt::format("`{}` has no commands", change.package.name));
  }
  if (any_command) hint_at_path(session, places);
}

// A package that was found as wanted is left to whoever changed it meanwhile: its old root may be
// gone.
std::vector<GlobalPackage> still_wanted(const std::vector<Staged>& staged, const Catalogue& now) {
  std::vector<GlobalPackage> wanted;
  for (const Staged& one : staged) {
    const auto row = now.packages.find(one.package.name);
    const bool is_untouched = row != now.packages.end() && row->second.root == one.package.root;
    if (!one.same || is_untouched) wanted.push_back(one.package);
  }
  return wanted;
}

Result<GlobalResult> install_wishes(const Session& session, const std::vector<Wish>& wishes,
                                    const GlobalOptions& options) {
  if (options.install.dry_run) return preview(session, wishes, options);
  const std::int64_t start = monotonic_now();
  const Places places = places_of(session);
  Change change(session, options.command, wait_of(options));
  LPM_TRY_ASSIGN(const Catalogue before, change.begin(names_of(wishes)));
  std::vector<Staged> staged;
  GlobalResult result;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const auto present = before.packages.find(wishes[i].name);
    LPM_TRY_ASSIGN(Staged one,
                   stage_package(session, places, wishes[i], change.roots()[i],
                                 present == before.packages.end() ? nullptr : &present->second,
                                 options.install));
    add_counts(result, one);
    result.changes.push_back(change_of(before, one));
    staged.push_back(std::move(one));
  }
  Claimed claimed;
  LPM_TRY_ASSIGN(const Catalogue after,
                 change.commit([&](const Catalogue& now) -> Result<Decision> {
                   LPM_TRY_ASSIGN(claimed, claim_commands(places, now, still_wanted(staged, now),
                                                          {}, claim_options(options)));
                   return claimed.decision;
                 }));
  for (const std::string& note : claimed.notes) session.reporter.note(note);
  tell_after(session, after, result);
  return finished(session, std::move(result), start);
}

}  // namespace

Result<GlobalResult> install_global(const Session& session, const GlobalOptions& options) {
  std::vector<Wish> wishes;
  for (const std::string& argument : options.packages) {
    LPM_TRY_ASSIGN(Wish wish, read_wish(argument, options.install.save.default_tag));
    for (const Wish& other : wishes)
      if (other.name == wish.name)
        return Error(ErrorCode::USAGE, fmt::format("`{}` is named twice", wish.name));
    wishes.push_back(std::move(wish));
  }
  return install_wishes(session, wishes, options);
}

Result<GlobalResult> update_global(const Session& session, const GlobalOptions& asked) {
  GlobalOptions options = asked;
  options.install.confirm_metadata = true;
  LPM_TRY_ASSIGN(const Catalogue present, read_catalogue(session, options.command));
  LPM_TRY(check_names(present, options.packages));
  std::vector<Wish> wishes;
  for (const auto& [name, package] : present.packages) {
    const auto named = std::find(options.packages.begin(), options.packages.end(), name);
    if (options.packages.empty() || named != options.packages.end())
      wishes.push_back({name, package.spec});
  }
  if (wishes.empty()) return finished(session, {}, monotonic_now());
  return install_wishes(session, wishes, options);
}

Result<GlobalResult> uninstall_global(const Session& session, const GlobalOptions& options) {
  const std::int64_t start = monotonic_now();
  const Places places = places_of(session);
  GlobalResult result;
  Claimed claimed;
  const auto decide = [&](const Catalogue& now) -> Result<Decision> {
    LPM_TRY(check_names(now, options.packages));
    for (const std::string& name : options.packages)
      result.changes.push_back({now.packages.at(name), now.packages.at(name).version, true, false});
    LPM_TRY_ASSIGN(claimed,
                   claim_commands(places, now, {}, options.packages, claim_options(options)));
    return claimed.decision;
  };
  if (options.install.dry_run) {
    LPM_TRY_ASSIGN(const Catalogue present, read_catalogue(session, options.command));
    LPM_TRY_ASSIGN(const Decision decision, decide(present));
    return finished(session, std::move(result), start);
  }
  Change change(session, options.command, wait_of(options));
  LPM_TRY_ASSIGN(const Catalogue after, change.commit(decide));
  for (const std::string& note : claimed.notes) session.reporter.note(note);
  return finished(session, std::move(result), start);
}

Result<std::vector<GlobalPackage>> list_global(const Session& session) {
  LPM_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(session, "global list"));
  std::vector<GlobalPackage> packages;
  for (const auto& [name, package] : catalogue.packages) packages.push_back(package);
  return packages;
}

GlobalFolders global_folders(const Session& session) {
  const Places places = places_of(session);
  return {places.bin, places.folder};
}

Result<std::string> global_package_folder(const Session& session, const std::string& name) {
  LPM_TRY_ASSIGN(const Catalogue catalogue, read_catalogue(session, "global path"));
  LPM_TRY(check_names(catalogue, {name}));
  return fmt::format("{}/node_modules/{}",
                     places_of(session).root(catalogue.packages.at(name).root), name);
}

}  // namespace lpm::ops::global
