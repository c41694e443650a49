#include "ops/workspace_packages.h"

#include <fmt/format.h>

#include <map>

#include "os/files.h"
#include "workspace/workspace.h"

namespace lpm::ops {
namespace {

Result<std::string> read_root_text(const Session& session) {
  const std::string path = session.project + "/package.json";
  if (session.manifest && session.manifest->stamp == os::stamp(path)) return session.manifest->text;
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(path));
  if (text) return std::move(*text);
  return Error(ErrorCode::NO_MANIFEST, "no package.json here or in a folder above")
      .at(session.initial_directory)
      .hint("run `lpm init` to make one, or change to the project's folder");
}

}  // namespace

bool links_plain_ranges(const config::Settings& settings, bool is_pnpm) {
  const config::SettingValue* setting = settings.find("link-workspace-packages");
  const bool is_set = setting != nullptr && setting->layer != config::Layer::Default;
  return is_set ? settings.flag("link-workspace-packages") : !is_pnpm;
}

Result<WorkspacePackages> read_packages(const Session& session) {
  LPM_TRY_ASSIGN(const std::string text, read_root_text(session));
  LPM_TRY_ASSIGN(manifest::Manifest root,
                 manifest::read_manifest(text, "package.json", manifest::Strictness::Project));
  LPM_TRY_ASSIGN(workspace::Workspace found, workspace::discover(session.project, root, text));
  const workspace::Targets targets(root, found.members);
  const bool plain_ranges = links_plain_ranges(session.settings, found.is_pnpm);
  WorkspacePackages result;
  std::map<std::string, std::size_t> index_of;
  const auto add = [&](const std::string& path, manifest::Manifest manifest) {
    index_of[path] = result.packages.size();
    result.names.push_back({manifest.name, path, {}});
    result.packages.push_back(
        {path == "." ? session.project : fmt::format("{}/{}", session.project, path),
         std::move(manifest)});
  };
  std::vector<std::string> texts = {text};
  add(".", std::move(root));
  for (workspace::Member& member : found.members) {
    add(member.path, std::move(member.manifest));
    texts.push_back(std::move(member.text));
  }
  for (std::size_t i = 0; i < result.packages.size(); ++i) {
    const std::string& path = result.names[i].path;
    LPM_TRY_ASSIGN(const manifest::Manifest manifest,
                   found.catalogs.applied_to({path, texts[i], result.packages[i].manifest}));
    LPM_TRY_ASSIGN(const std::vector<workspace::Link> links,
                   workspace::links_of({path, texts[i], manifest}, targets, plain_ranges));
    for (const workspace::Link& link : links)
      if (link.path != path) result.names[i].dependencies.push_back(index_of[link.path]);
  }
  return result;
}

}  // namespace lpm::ops
