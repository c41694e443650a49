#include "tasks/build_sandbox.h"

#include <algorithm>
#include <array>

#include "os/files.h"
#include "tasks/npm_place.h"
#include "tasks/package_environment.h"

namespace lpm::tasks {
namespace {

constexpr std::string_view kSystemPath =
    "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

// What may come from the caller: how to write, not who writes.
constexpr auto kFromCaller = std::to_array<std::string_view>(
    {"LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR",
     "TZ", "CI", "SOURCE_DATE_EPOCH"});

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

bool has_system_place(const std::string& path) {
  return path.starts_with("/usr/") || path.starts_with("/bin/") || path.starts_with("/nix/store/");
}

// A Node that somebody unpacked: its own folders, never the whole of what holds `bin`, which may be
// the user's home.
void add_node(const NpmPlace& npm, std::vector<std::string>& readable) {
  if (npm.node.empty() || has_system_place(npm.node)) return;
  readable.push_back(npm.node);
  for (const char* part : {"/include/node", "/lib/node_modules"})
    if (os::exists(npm.prefix + part)) readable.push_back(npm.prefix + part);
}

// What lies outside the folders of the system, like an npm below /opt.
void add_tool(const std::string& path, std::vector<std::string>& readable) {
  if (!path.empty() && !has_system_place(path)) readable.push_back(path);
}

std::string path_for(const BuildPlace& place, const NpmPlace& npm) {
  std::string list = place.package + "/node_modules/.bin:";
  for (const std::string& folder : place.readable)
    if (folder.ends_with("/node_modules")) list += folder + "/.bin:";
  if (!npm.gyp_bin.empty()) list += npm.gyp_bin + ":";
  if (!npm.node.empty()) list += folder_of(npm.node) + ":";
  return list.append(kSystemPath);
}

std::string caller_path(const ScriptContext& context) {
  for (const auto& [name, value] : context.environment)
    if (name == "PATH") return value;
  return std::string(kSystemPath);
}

}  // namespace

os::EnvironmentMap build_environment(const ScriptContext& context, const BuildPlace& place,
                                     std::string_view event, std::string_view script) {
  const NpmPlace npm = find_npm(caller_path(context));
  Variables variables;
  for (const auto& [name, value] : context.environment)
    if (std::find(kFromCaller.begin(), kFromCaller.end(), name) != kFromCaller.end())
      variables[name] = value;
  if (context.manifest != nullptr) add_package_variables(*context.manifest, variables);
  variables["PATH"] = path_for(place, npm);
  variables["INIT_CWD"] = place.package;
  variables["npm_command"] = context.command;
  variables["npm_lifecycle_event"] = event;
  variables["npm_lifecycle_script"] = script;
  variables["npm_package_json"] = place.package + "/package.json";
  variables["npm_config_user_agent"] = context.user_agent;
  variables["npm_config_local_prefix"] = place.package;
  // Programs ask npm_execpath for npm; there is none that they could use.
  if (!npm.node.empty()) variables["NODE"] = variables["npm_node_execpath"] = npm.node;
  if (!npm.node_gyp.empty()) variables["npm_config_node_gyp"] = npm.node_gyp;
  // Headers of this Node, so that node-gyp needs no download.
  if (!npm.prefix.empty() && os::exists(npm.prefix + "/include/node/node.h"))
    variables["npm_config_nodedir"] = npm.prefix;
  return {variables.begin(), variables.end()};
}

os::SandboxRequest build_request(const ScriptContext& context, const BuildPlace& place,
                                 std::string_view event, const std::string& script) {
  os::SandboxRequest request;
  request.argv = {"/bin/sh", "-c", script};
  request.environment = build_environment(context, place, event, script);
  request.directory = place.package;
  request.writable = {place.package};
  request.readable = place.readable;
  const NpmPlace npm = find_npm(caller_path(context));
  add_node(npm, request.readable);
  if (!npm.node_gyp.empty()) add_tool(folder_of(folder_of(npm.node_gyp)), request.readable);
  add_tool(npm.gyp_bin, request.readable);
  return request;
}

}  // namespace lpm::tasks
