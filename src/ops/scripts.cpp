#include "ops/scripts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ops/script_context.h"
#include "os/files.h"

namespace lpm::ops {

Result<manifest::Manifest> read_project_manifest(const Session& session) {
  const std::string path = session.package_folder() + "/package.json";
  const bool is_known = session.package_folder() == session.project;
  if (is_known && session.manifest && session.manifest->stamp == os::stamp(path))
    return manifest::read_manifest(session.manifest->text, "package.json",
                                   manifest::Strictness::Project);
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(path));
  if (!text)
    return Error(ErrorCode::NO_MANIFEST, "no package.json here or in a folder above")
        .at(session.initial_directory)
        .hint("run `lpm init` to make one, or change to the project's folder");
  return manifest::read_manifest(*text, "package.json", manifest::Strictness::Project);
}

bool has_script(const manifest::Manifest& manifest, std::string_view name) {
  return std::any_of(manifest.scripts.begin(), manifest.scripts.end(),
                     [&](const auto& script) { return script.first == name; });
}

bool has_local_command(const Session& session, std::string_view name) {
  if (name.empty() || name.find('/') != std::string_view::npos) return false;
  for (std::string folder = session.package_folder(); !folder.empty();
       folder = folder.substr(0, folder.rfind('/')))
    if (os::exists(fmt::format("{}/node_modules/.bin/{}", folder, name))) return true;
  return false;
}

Result<int> run_script(const Session& session, const std::string& name,
                       const std::vector<std::string>& arguments, bool if_present) {
  LPM_TRY_ASSIGN(const manifest::Manifest manifest, read_project_manifest(session));
  const bool is_server_start =
      name == "start" && os::exists(session.package_folder() + "/server.js");
  if (!has_script(manifest, name) && !is_server_start) {
    if (if_present) return 0;
    std::vector<std::string> names;
    for (const auto& [script, body] : manifest.scripts) names.push_back(script);
    Error error(ErrorCode::SCRIPT_NOT_FOUND, fmt::format("package.json has no script `{}`", name));
    error.where = session.package_folder() + "/package.json";
    if (!names.empty()) error.facts.push_back({"scripts", join(names, ", ")});
    if (const auto near = nearest_name(name, names))
      error.hints.push_back(fmt::format("did you mean `lpm run {}`?", *near));
    return error;
  }
  const bool show_command = session.settings.text("loglevel") != "silent";
  tasks::ScriptContext context = script_context(session, manifest, session.package_folder());
  context.may_replace_process = true;
  return tasks::run_script(context, name, arguments, show_command);
}

Result<int> run_command(const Session& session, const std::vector<std::string>& argv) {
  manifest::Manifest manifest;
  if (os::exists(session.package_folder() + "/package.json")) {
    LPM_TRY_ASSIGN(manifest, read_project_manifest(session));
  }
  tasks::ScriptContext context = script_context(session, manifest, session.package_folder());
  context.command = "exec";
  context.may_replace_process = true;
  return tasks::run_command(context, argv);
}

}  // namespace lpm::ops
