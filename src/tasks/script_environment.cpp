// The environment of scripts, key by key as npm 11 sets it. Two layers lie below: what the caller
// has, and what the settings say.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "os/terminal.h"
#include "tasks/npm_place.h"
#include "tasks/package_environment.h"
#include "tasks/tasks.h"

namespace lpm::tasks {
namespace {

// The npm whose environment this is.
constexpr std::string_view kNpmVersion = "11.19.1";

// npm keeps these from its children, or knows them only to say that they are old.
constexpr auto kNotExported = std::to_array<std::string_view>(
    {"also", "cert", "dev", "if-present", "include-workspace-root", "key", "min-release-age",
     "min-release-age-exclude", "npm-version", "only", "optional", "otp", "production", "workspace",
     "workspaces"});

std::string npm_name_of(std::string_view key) {
  return key == "lockfile-only" ? "package-lock-only" : std::string(key);
}

bool is_exported(const config::SettingValue& setting) {
  if (setting.key.empty() || std::string_view("/@_").find(setting.key[0]) != std::string_view::npos)
    return false;
  if (setting.layer <= config::Layer::Builtin) return false;
  if (std::find(kNotExported.begin(), kNotExported.end(), setting.key) != kNotExported.end())
    return false;
  // Our own settings travel only when the user asked for them: a project's must not follow into
  // another project.
  const config::SettingInfo* info = config::find_setting(setting.key);
  return info == nullptr || !info->is_own || setting.layer == config::Layer::CommandLine;
}

// npm_config_ variables reach the script as they are; LPM_ ones are told to npm by its own name.
bool is_npm_variable(const config::SettingValue& setting) {
  return setting.layer == config::Layer::Environment && !setting.where.starts_with("LPM_");
}

std::string exported_value(const config::SettingValue& setting) {
  if (setting.values.size() == 1 && setting.values[0] == "false") return "";
  return join(setting.values, "\n\n");
}

void add_settings(const config::Settings& settings, Variables& variables) {
  for (const config::SettingValue& setting : settings.all()) {
    if (!is_exported(setting) || is_npm_variable(setting)) continue;
    const std::string name = replace_all(to_lower_ascii(npm_name_of(setting.key)), "-", "_");
    variables["npm_config_" + name] = exported_value(setting);
  }
  const std::vector<std::string> omitted = settings.list("omit");
  if (std::find(omitted.begin(), omitted.end(), "dev") != omitted.end())
    variables["NODE_ENV"] = "production";
  if (const std::string options = settings.text("node-options"); !options.empty()) {
    variables["NODE_OPTIONS"] = options;
  }
}

void add_editor(const config::Settings& settings, Variables& variables) {
  std::string editor = settings.text("editor");
  for (const char* name : {"EDITOR", "VISUAL"}) {
    if (editor.empty() && variables.contains(name)) editor = variables[name];
  }
  variables["EDITOR"] = editor.empty() ? "vi" : editor;
}

void add_color(const config::Settings& settings, Variables& variables) {
  const std::string color = settings.text("color");
  const bool is_wanted =
      color == "true" && !variables.contains("NO_COLOR") && os::is_terminal(os::Stream::Output);
  variables["COLOR"] = color == "always" || is_wanted ? "1" : "0";
}

// Places that tools ask for whether or not somebody set them.
void add_places(const ScriptContext& context, const NpmPlace& npm, Variables& variables) {
  const config::Settings& settings = *context.settings;
  const auto set = [&](const char* name, std::string value) {
    if (!value.empty()) variables[name] = std::move(value);
  };
  const auto setting_or = [&](std::string_view key, const std::string& otherwise) {
    const std::string text = settings.text(key);
    return text.empty() ? otherwise : text;
  };
  const std::string prefix = setting_or("prefix", npm.prefix);
  set("HOME", settings.home_directory());
  set("npm_config_cache", settings.text("cache"));
  set("npm_config_userconfig", settings.text("userconfig"));
  set("npm_config_init_module", settings.text("init-module"));
  set("npm_config_prefix", prefix);
  set("npm_config_global_prefix", prefix);
  set("npm_config_globalconfig",
      setting_or("globalconfig", prefix.empty() ? "" : prefix + "/etc/npmrc"));
  set("npm_config_local_prefix", context.project);
  set("npm_config_node_gyp", setting_or("node-gyp", npm.node_gyp));
  set("npm_config_npm_version", std::string(kNpmVersion));
  set("npm_config_user_agent", context.user_agent);
  variables.try_emplace("npm_config_noproxy", "");
}

// node_modules/.bin of a folder and of every folder above it.
std::string bin_folders(std::string_view folder) {
  std::string list;
  while (true) {
    const std::string_view shown = folder == "/" ? std::string_view() : folder;
    list.append(shown).append("/node_modules/.bin:");
    if (shown.empty()) return list;
    const std::size_t slash = folder.rfind('/');
    folder = slash == 0 || slash == std::string_view::npos ? std::string_view("/")
                                                           : folder.substr(0, slash);
  }
}

std::string script_path(const std::string& folder, const NpmPlace& npm, const std::string& path) {
  std::string list = bin_folders(folder);
  if (!npm.gyp_bin.empty()) list += npm.gyp_bin + ":";
  if (path.empty()) list.pop_back();
  return list + path;
}

}  // namespace

os::EnvironmentMap script_environment(const ScriptContext& context, std::string_view event,
                                      std::string_view script) {
  Variables variables;
  for (const auto& [name, value] : context.environment) variables[name] = value;
  const std::string path = variables.contains("PATH") ? variables["PATH"] : "";
  const NpmPlace npm = find_npm(path);
  if (context.settings != nullptr) {
    add_settings(*context.settings, variables);
    add_places(context, npm, variables);
    add_editor(*context.settings, variables);
    add_color(*context.settings, variables);
  }
  if (!npm.node.empty()) variables["NODE"] = variables["npm_node_execpath"] = npm.node;
  variables["INIT_CWD"] = context.initial_directory;
  variables["npm_command"] = context.command;
  variables["npm_execpath"] = context.executable;
  if (context.manifest != nullptr) add_package_variables(*context.manifest, variables);
  variables["npm_package_json"] = context.project + "/package.json";
  variables["npm_lifecycle_event"] = event;
  variables["npm_lifecycle_script"] = script;
  variables["PATH"] = script_path(context.project, npm, path);
  return {variables.begin(), variables.end()};
}

}  // namespace lpm::tasks
