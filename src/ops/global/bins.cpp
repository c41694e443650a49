#include "ops/global/bins.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "ops/test_hooks.h"
#include "os/files.h"

namespace lpm::ops::global {
namespace {

using LinksByCommand = std::map<std::string, std::string, std::less<>>;

std::string link_target(const GlobalPackage& package, const std::string& command) {
  return fmt::format("{}{}/node_modules/.bin/{}", kLinkPrefix, package.root, command);
}

LinksByCommand wanted_links(const Catalogue& catalogue) {
  LinksByCommand wanted;
  for (const auto& [name, package] : catalogue.packages)
    for (const std::string& command : package.commands)
      wanted.emplace(command, link_target(package, command));
  return wanted;
}

// The target of a link of ours, "" for anything else.
std::string own_target(const std::string& path) {
  if (os::stamp_link(path).type != os::FileType::Symlink) return "";
  Result<std::string> target = os::read_symlink(path);
  return target && target->starts_with(kLinkPrefix) ? std::move(*target) : std::string();
}

Status remove_unwanted(const Places& places, const LinksByCommand& wanted) {
  LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(places.bin));
  for (const os::DirectoryEntry& entry : entries) {
    const std::string path = places.bin + "/" + entry.name;
    if (entry.type != os::FileType::Symlink || wanted.contains(entry.name)) continue;
    if (!own_target(path).empty()) LPM_TRY(os::remove_file(path));
  }
  return {};
}

Status place_link(const Places& places, const std::string& command, const std::string& target) {
  const std::string path = places.bin + "/" + command;
  if (is_foreign(places, command) || own_target(path) == target) return {};
  const std::string temporary = fmt::format("{}/.lpm-{}", places.bin, os::unique_suffix());
  LPM_TRY(os::make_symlink(target, temporary));
  return os::rename_path(temporary, path);
}

std::string variable(const Session& session, std::string_view name) {
  for (const auto& [key, value] : session.environment)
    if (key == name) return value;
  return "";
}

std::string without_slash(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

// The line that puts the folder on PATH in the user's shell.
std::string path_line(const Session& session, const std::string& folder) {
  const std::string shell = variable(session, "SHELL");
  if (shell.ends_with("/fish")) return fmt::format("run `fish_add_path {}`", folder);
  const std::string_view file = shell.ends_with("/zsh")    ? "~/.zshrc"
                                : shell.ends_with("/bash") ? "~/.bashrc"
                                                           : "~/.profile";
  return fmt::format("add the line `export PATH=\"{}:$PATH\"` to {}", folder, file);
}

}  // namespace

bool is_foreign(const Places& places, std::string_view command) {
  const std::string path = fmt::format("{}/{}", places.bin, command);
  return os::stamp_link(path).type != os::FileType::Missing && own_target(path).empty();
}

Status update_bins(const Places& places, const Catalogue& catalogue) {
  const LinksByCommand wanted = wanted_links(catalogue);
  const os::FileType type = os::stamp_link(places.bin).type;
  if (type == os::FileType::Missing && wanted.empty()) return {};
  if (type != os::FileType::Missing && type != os::FileType::Directory)
    return Error(ErrorCode::IO, fmt::format("`{}` is not a folder", places.bin))
        .at(places.bin)
        .hint("move it away; lpm puts the commands of global packages there");
  LPM_TRY(os::make_directories(places.bin));
  LPM_TRY(remove_unwanted(places, wanted));
  for (const auto& [command, target] : wanted) {
    LPM_TRY(place_link(places, command, target));
    LPM_TRY(run_test_hook("during-global-bins"));
  }
  return os::sync_directory(places.bin);
}

bool is_on_path(const Session& session, const std::string& folder) {
  const std::string path = variable(session, "PATH");
  for (const std::string_view part : split(path, ':'))
    if (!part.empty() && without_slash(part) == without_slash(folder)) return true;
  return false;
}

void warn_of_hidden(const Session& session, const Places& places, const GlobalPackage& package) {
  if (!is_on_path(session, places.bin)) return;
  for (const std::string& command : package.commands) {
    const auto found = os::find_executable(command, variable(session, "PATH"));
    if (found && without_slash(found->substr(0, found->rfind('/'))) != without_slash(places.bin))
      session.reporter.warning(fmt::format("`{}` means {}: that folder comes before {} on PATH",
                                           command, *found, places.bin));
  }
}

void hint_at_path(const Session& session, const Places& places) {
  if (is_on_path(session, places.bin) || os::exists(places.path_hint)) return;
  session.reporter.note(fmt::format("{} is not on PATH; to call global commands by name, {}",
                                    places.bin, path_line(session, places.bin)));
  (void)os::write_file(places.path_hint, "");
}

}  // namespace lpm::ops::global
