#include "ops/member_choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace lpm::ops {
namespace {

using workspace::Selectable;

// `folder`, absolute, as seen from the project: "." or "packages/web".
std::string below_project(const Session& session, const std::string& folder) {
  if (folder.size() <= session.project.size()) return ".";
  return folder.substr(session.project.size() + 1);
}

Error no_such_member(const std::string& wanted, const std::vector<Selectable>& packages) {
  std::vector<std::string> names;
  for (const Selectable& package : packages)
    if (package.path != "." && !package.name.empty()) names.push_back(package.name);
  Error error(ErrorCode::NO_SUCH_MEMBER, fmt::format("the workspace has no member `{}`", wanted));
  if (const auto near = nearest_name(wanted, names))
    error.hints.push_back(fmt::format("did you mean `{}`?", *near));
  error.hints.push_back("`lpm list --recursive` shows the members");
  return error;
}

// A folder of the command line; nothing matches when it is outside of the workspace.
std::string folder_meant(const Session& session, const std::string& text) {
  const std::string path =
      text.starts_with('/') ? text : fmt::format("{}/{}", session.initial_directory, text);
  const Result<std::string> real = os::real_path(path);
  if (!real || (*real != session.project && !real->starts_with(session.project + "/"))) return "";
  return below_project(session, *real);
}

// npm's --workspace.
Status choose_named(const Session& session, const std::string& wanted,
                    const std::vector<Selectable>& packages, std::vector<bool>& chosen) {
  bool any = false;
  const auto take_if = [&](const auto& is_meant) {
    for (std::size_t i = 0; i < packages.size(); ++i) {
      if (packages[i].path == "." || !is_meant(packages[i])) continue;
      chosen[i] = true;
      any = true;
    }
  };
  take_if([&](const Selectable& package) { return package.name == wanted; });
  if (any) return {};
  const std::string folder = folder_meant(session, wanted);
  take_if([&](const Selectable& package) {
    return !folder.empty() &&
           (folder == "." || package.path == folder || package.path.starts_with(folder + "/"));
  });
  return any ? Status() : Status(no_such_member(wanted, packages));
}

Status check_choice(const Session& session, const MemberChoice& choice,
                    const std::vector<Selectable>& packages) {
  const bool has_words = !choice.words.empty() || !choice.named.empty();
  if (choice.root && (has_words || choice.all))
    return Error(ErrorCode::USAGE,
                 "`--workspace-root` means the root alone, and other flags choose members");
  if (packages.size() == 1 && (has_words || choice.root))
    return Error(ErrorCode::USAGE, "this project is no workspace")
        .at(session.project)
        .hint("its members would stand in `workspaces` of package.json");
  return {};
}

Status choose_by_words(const Session& session, const MemberChoice& choice,
                       const std::vector<Selectable>& packages, std::vector<bool>& chosen) {
  const auto changed = [&session](const std::string& reference) {
    return workspace::changed_files(session.project, reference);
  };
  LPM_TRY_ASSIGN(const workspace::Selection selection,
                 workspace::select(choice.words, packages,
                                   below_project(session, session.initial_directory), changed));
  for (const std::string& word : selection.without_match)
    session.reporter.note(fmt::format("no member of the workspace matches `{}`", word));
  for (std::size_t i = 0; i < packages.size(); ++i) chosen[i] = chosen[i] || selection.chosen[i];
  return {};
}

}  // namespace

MemberChoice member_choice(const config::Settings& settings) {
  MemberChoice choice;
  choice.words = settings.list("filter");
  choice.named = settings.list("workspace");
  choice.root = settings.flag("workspace-root");
  choice.all = settings.flag("recursive") || settings.flag("workspaces");
  choice.with_root = settings.flag("include-workspace-root");
  return choice;
}

Result<std::vector<std::size_t>> chosen_packages(const Session& session, const MemberChoice& choice,
                                                 const std::vector<Selectable>& packages) {
  LPM_TRY(check_choice(session, choice, packages));
  std::vector<bool> chosen(packages.size());
  if (!choice.is_made()) {
    const std::string here = below_project(session, session.package_folder());
    for (std::size_t i = 0; i < packages.size(); ++i) chosen[i] = packages[i].path == here;
  } else if (choice.root) {
    chosen[0] = true;
  } else if (choice.words.empty() && choice.named.empty()) {
    for (std::size_t i = 0; i < packages.size(); ++i)
      chosen[i] = packages.size() == 1 || packages[i].path != "." || choice.with_root;
  }
  if (!choice.words.empty()) LPM_TRY(choose_by_words(session, choice, packages, chosen));
  for (const std::string& wanted : choice.named)
    LPM_TRY(choose_named(session, wanted, packages, chosen));
  if (choice.is_made() && choice.with_root && !choice.root) chosen[0] = true;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (chosen[i]) indices.push_back(i);
  return indices;
}

Result<std::vector<std::size_t>> some_chosen_packages(const Session& session,
                                                      const MemberChoice& choice,
                                                      const std::vector<Selectable>& packages) {
  LPM_TRY_ASSIGN(std::vector<std::size_t> chosen, chosen_packages(session, choice, packages));
  if (!chosen.empty()) return chosen;
  return Error(ErrorCode::NO_SUCH_MEMBER, "no member of the workspace is meant")
      .hint("`lpm list --recursive` shows the members");
}

}  // namespace lpm::ops
