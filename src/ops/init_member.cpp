#include "ops/init_member.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "formats/json.h"
#include "ops/install/project.h"
#include "ops/transaction.h"
#include "os/files.h"
#include "workspace/workspace.h"

namespace lpm::ops {
namespace {

Error not_below(const Session& session, const std::string& name) {
  return Error(ErrorCode::USAGE, fmt::format("`{}` is no folder below the project", name))
      .at(session.project)
      .hint("for example `lpm init -w packages/web`");
}

bool leads_down(std::string_view name) {
  bool has_part = false;
  for (const std::string_view part : split(name, '/')) {
    if (part == "..") return false;
    has_part = has_part || (!part.empty() && part != ".");
  }
  return has_part && !name.starts_with('/');
}

// Of `workspaces` with one more path; the other form of it is an object with `packages`.
Result<std::string> with_member(const install::Project& project, const std::string& path) {
  using formats::json::Editor;
  LPM_TRY_ASSIGN(Editor editor, Editor::open(project.manifest_text, install::kManifestFile));
  formats::json::Writer list(0);
  list.begin_array();
  for (const std::string& pattern : project.manifest.workspaces) list.value(pattern);
  list.value(path).end_array();
  const formats::json::Value* present = editor.root().find("workspaces");
  const bool is_object = present != nullptr && present->is_object();
  const std::array<std::string_view, 2> place = {"workspaces", "packages"};
  LPM_TRY(editor.set(std::span(place).first(is_object ? 2 : 1), list.take()));
  return editor.text();
}

}  // namespace

Result<std::string> make_member_folder(const Session& session, const std::string& name) {
  LPM_TRY(install::require_manifest(session));
  if (!leads_down(name)) return not_below(session, name);
  const std::string folder = session.initial_directory + "/" + name;
  LPM_TRY(os::make_directories(folder));
  LPM_TRY_ASSIGN(std::string real, os::real_path(folder));
  if (!real.starts_with(session.project + "/")) return not_below(session, name);
  return real;
}

Result<Naming> name_member(const Session& session, const std::string& folder) {
  LPM_TRY_ASSIGN(const os::FileLock lock,
                 install::lock_project(session, "init", session.settings.flag("wait")));
  LPM_TRY_ASSIGN(const install::Project project, install::load_project(session));
  const std::string path = folder.substr(session.project.size() + 1);
  const bool is_named =
      std::any_of(project.members.begin(), project.members.end(),
                  [&](const install::ProjectPackage& member) { return member.path == path; });
  if (is_named) return Naming::WasNamed;
  if (project.workspace.is_pnpm) return Naming::IsForTheUser;
  LPM_TRY_ASSIGN(const std::string text, with_member(project, path));
  Transaction transaction(session.project, "init");
  LPM_TRY(transaction.replace(std::string(install::kManifestFile), text));
  LPM_TRY(transaction.begin());
  LPM_TRY(transaction.commit());
  return Naming::Added;
}

}  // namespace lpm::ops
