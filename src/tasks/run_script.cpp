#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "os/files.h"
#include "tasks/tasks.h"

namespace lpm::tasks {
namespace {

struct Step {
  std::string event;
  std::string script;
  const std::vector<std::string>* arguments;
};

const std::string* declared_script(const ScriptContext& context, std::string_view name) {
  if (context.manifest == nullptr) return nullptr;
  for (const auto& [key, script] : context.manifest->scripts) {
    if (key == name) return &script;
  }
  return nullptr;
}

bool has_file(const ScriptContext& context, std::string_view name) {
  return os::stamp(fmt::format("{}/{}", context.project, name)).type == os::FileType::Regular;
}

bool is_set(const ScriptContext& context, std::string_view flag) {
  return context.settings != nullptr && context.settings->flag(flag);
}

Error no_such_script(const ScriptContext& context, std::string_view name) {
  Error error(ErrorCode::SCRIPT_NOT_FOUND, fmt::format("package.json has no script `{}`", name));
  error.where = context.project + "/package.json";
  std::vector<std::string> names;
  if (context.manifest != nullptr) {
    for (const auto& [key, script] : context.manifest->scripts) names.push_back(key);
  }
  const auto nearest = nearest_name(name, names);
  if (nearest) error.hints.push_back(fmt::format("did you mean `lpm run {}`?", *nearest));
  if (!names.empty()) error.facts.push_back({"scripts", join(names, ", ")});
  return error;
}

std::vector<Step> plan_steps(const ScriptContext& context, std::string_view name,
                             const std::string& script, const std::vector<std::string>& arguments) {
  static const std::vector<std::string> none;
  std::vector<Step> steps;
  const auto add = [&](const char* prefix) {
    const std::string event = std::string(prefix).append(name);
    const std::string* around =
        is_set(context, "ignore-scripts") ? nullptr : declared_script(context, event);
    if (around != nullptr && !around->empty()) steps.push_back({event, *around, &none});
  };
  add("pre");
  if (!script.empty()) steps.push_back({std::string(name), script, &arguments});
  add("post");
  return steps;
}

std::string command_line(const Step& step) {
  std::string line = step.script;
  for (const std::string& argument : *step.arguments)
    line.append(" ").append(quote_for_shell(argument));
  return line;
}

void show(const ScriptContext& context, const std::string& line) {
  const std::string text = fmt::format("$ {}\n", line);
  if (context.on_output) return context.on_output(os::Stream::Error, text);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

os::ChildOptions shell_call(const ScriptContext& context, const Step& step, std::string line) {
  const std::string shell =
      context.settings == nullptr ? "" : context.settings->text("script-shell");
  os::ChildOptions child;
  child.argv = {shell.empty() ? "sh" : shell, "-c", std::move(line)};
  child.directory = context.project;
  child.environment = script_environment(context, step.event, step.script);
  return child;
}

}  // namespace

std::optional<std::string> find_script(const ScriptContext& context, std::string_view name) {
  if (const std::string* script = declared_script(context, name)) return *script;
  if (name == "env") return "env";
  if (name == "start" && has_file(context, "server.js")) return "node server.js";
  if (name == "restart") {
    const std::string self = quote_for_shell(context.executable);
    return fmt::format("{0} run --if-present stop && {0} run start", self);
  }
  const bool has_preinstall = declared_script(context, "preinstall") != nullptr;
  if (name == "install" && !has_preinstall && has_file(context, "binding.gyp"))
    return "node-gyp rebuild";
  return std::nullopt;
}

Result<int> run_script(const ScriptContext& context, std::string_view name,
                       const std::vector<std::string>& arguments, bool show_command) {
  const auto script = find_script(context, name);
  if (!script && is_set(context, "if-present")) return 0;
  if (!script) return no_such_script(context, name);
  const std::vector<Step> steps = plan_steps(context, name, *script, arguments);
  for (const Step& step : steps) {
    std::string line = command_line(step);
    if (show_command) show(context, line);
    const os::ChildOptions child = shell_call(context, step, std::move(line));
    if (context.may_replace_process && &step == &steps.back()) return os::exec_child(child);
    LPM_TRY_ASSIGN(const os::ChildResult result, os::run_streamed(child, context.on_output));
    if (result.status != 0) return result.status;
  }
  return 0;
}

}  // namespace lpm::tasks
