#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/install_summary.h"
#include "cli/render_error.h"
#include "cli/terminal_reporter.h"
#include "config/config.h"
#include "ops/install/up_to_date.h"
#include "ops/project_place.h"
#include "ops/test_hooks.h"
#include "ops/version.h"
#include "os/os.h"

namespace lpm::cli {
namespace {

std::string variable(const os::EnvironmentMap& environment, std::string_view name) {
  for (const auto& [key, value] : environment)
    if (key == name) return value;
  return "";
}

HandsOn hands_on(std::string_view name) {
  const Command* command = find_command(name);
  return command == nullptr ? HandsOn::All : command->hands_on;
}

// Global packages concern no project, and `init` makes one where it is called.
ops::ProjectPlace place_of(const CommandLine& line, const std::string& start) {
  if (is_global(line)) return {};
  const bool is_for_member =
      std::any_of(line.settings.begin(), line.settings.end(), [](const auto& setting) {
        return setting.key == "workspace" || setting.key == "workspace-root";
      });
  const Command* command = find_command(line.command);
  if (command != nullptr && command->name == "init" && !is_for_member) return {start, start};
  return ops::find_project(start);
}

Result<std::string> working_directory(const CommandLine& line) {
  if (line.directory.empty()) return os::current_directory();
  Result<std::string> path = os::real_path(line.directory);
  if (path && os::stamp(*path).type == os::FileType::Directory) return path;
  return Error(ErrorCode::USAGE, fmt::format("there is no folder `{}`", line.directory))
      .at(os::current_directory());
}

// How lpm names itself. The variable npm_config_user_agent says how a program above named itself.
std::string user_agent(const config::Settings& settings, const os::EnvironmentMap& environment) {
  const config::SettingValue* wish = settings.find("user-agent");
  if (wish != nullptr && wish->layer != config::Layer::Environment && !wish->values.empty())
    return wish->values.back();
  std::string text = fmt::format("lpm/{} npm/? node/? {} {}", ops::version(), manifest::host_os(),
                                 manifest::host_cpu());
  if (!variable(environment, "CI").empty()) text += " ci";
  return text;
}

// Before the settings are known.
Colour early_colour() {
  const bool is_wanted = os::environment_variable("NO_COLOR").value_or("").empty();
  return is_wanted && os::is_terminal(os::Stream::Error) ? Colour::On : Colour::Off;
}

ReporterOptions reporter_options(const config::Settings& settings, bool json,
                                 const os::EnvironmentMap& environment) {
  ReporterOptions options;
  const std::string level = settings.text("loglevel");
  if (level == "silent") options.verbosity = Verbosity::Silent;
  if (level == "verbose" || level == "info" || level == "silly")
    options.verbosity = Verbosity::Verbose;
  const bool terminal = os::is_terminal(os::Stream::Error);
  const std::string colour = settings.text("color");
  const bool no_colour = !variable(environment, "NO_COLOR").empty();
  if (colour == "always" || (terminal && !no_colour && colour != "false"))
    options.colour = Colour::On;
  options.live = terminal && !json && settings.flag("progress");
  options.perf = variable(environment, "LPM_LOG") == "perf";
  return options;
}

// What can be done about it whoever met it.
void add_next_step(Error& error) {
  if (!error.hints.empty()) return;
  const bool is_mounted_so = std::any_of(
      error.facts.begin(), error.facts.end(),
      [](const Fact& fact) { return fact.text == std::generic_category().message(EROFS); });
  if (error.code == ErrorCode::PERMISSION)
    error.hints.emplace_back(
        is_mounted_so
            ? "nothing can be written there; work in a copy, or have it mounted for writing"
            : "run lpm as the user whom it belongs to, or change its owner or mode "
              "(`ls -ld` shows them)");
  if (error.code == ErrorCode::NO_SPACE)
    error.hints.emplace_back(
        "make room and run the command again; `lpm store gc` removes packages that no project "
        "needs");
}

int fail(Error error, bool json, Colour colour) {
  add_next_step(error);
  if (json) std::fputs(error_document(error).c_str(), stdout);
  std::fputs(render_error(error, colour).c_str(), stderr);
  return error.status();
}

// A word too many is no wish that may be left unheard: `lpm init react-app`, `lpm ci left-pad`.
Status check_arguments(const CommandLine& line, const Command& command) {
  const std::size_t given = line.positionals.size();
  if (given <= command.most_arguments) return {};
  return Error(ErrorCode::USAGE, fmt::format("`lpm {}` does not take `{}`", command.name,
                                             line.positionals[command.most_arguments]))
      .hint(fmt::format("`lpm {} -h` shows what it takes", command.name));
}

Status check_command_line(const CommandLine& line) {
  const Command* command = find_command(line.command);
  if (command == nullptr) return {};
  LPM_TRY(check_arguments(line, *command));
  return check_flags(line, *command);
}

std::optional<ops::FileSnapshot> read_manifest(const std::string& project) {
  if (project.empty()) return std::nullopt;
  const std::string path = project + "/package.json";
  const os::FileStamp stamp = os::stamp(path);
  if (stamp.type != os::FileType::Regular) return std::nullopt;
  Result<std::string> text = os::read_file(path);
  if (!text) return std::nullopt;
  return ops::FileSnapshot{std::move(*text), stamp};
}

// For tests: which rows of the table this run asked for.
void tell_keys_read(const config::Settings& settings, const os::EnvironmentMap& environment) {
  if (!ops::test_mode() || variable(environment, "LPM_LOG") != "settings") return;
  std::string text = "settings.read";
  for (const std::string_view key : settings.keys_read()) text.append(" ").append(key);
  std::fputs((text + "\n").c_str(), stderr);
}

Result<int> dispatch(CommandContext& context) {
  const Command* command = find_command(context.line.command);
  if (is_global(context.line)) return run_global_form(command, context);
  return command != nullptr ? command->run(context) : run_shorthand(context);
}

// Keys without effect are told where they could have mattered, and not at every `lpm run`.
bool tells_unused_keys(const CommandLine& line) {
  if (line.command == "config" || line.command == "c")
    return line.positionals.empty() || line.positionals[0] == "list" || line.positionals[0] == "ls";
  const Command* command = find_command(line.command);
  return command != nullptr && command->takes_project_lock;
}

int run_with_settings(const CommandLine& line, bool asks_json) {
  if (Status checked = check_command_line(line); !checked)
    return fail(checked.error(), asks_json, early_colour());
  Result<std::string> start = working_directory(line);
  if (!start) return fail(start.error(), asks_json, early_colour());
  const os::EnvironmentMap environment = os::current_environment();
  const auto [project, package] = place_of(line, *start);
  std::optional<ops::FileSnapshot> manifest = read_manifest(project);
  config::ConfigSources sources{project, os::home_directory(), environment, line.settings,
                                manifest ? std::optional(manifest->text) : std::nullopt};
  Result<config::Settings> settings = config::Settings::load(sources);
  if (!settings) return fail(settings.error(), asks_json, early_colour());
  const bool json = settings->flag("json");
  Result<config::Registries> registries = config::Registries::create(*settings);
  if (!registries) return fail(registries.error(), json, early_colour());
  const ReporterOptions options = reporter_options(*settings, json, environment);
  TerminalReporter reporter(options);
  for (const std::string& warning : settings->warnings()) reporter.warning(warning);
  for (const std::string& warning : registries->warnings()) reporter.warning(warning);
  if (const std::string& unused = settings->unused_keys();
      !unused.empty() && tells_unused_keys(line))
    reporter.warning(unused);
  WorkerPool pool(ops::test_workers());
  const ops::Session session{*settings,        *registries,
                             reporter,         pool,
                             environment,      *start,
                             project,          user_agent(*settings, environment),
                             ops::test_mode(), std::move(manifest),
                             package};
  CommandContext context{line, session, reporter, json};
  Result<int> status = dispatch(context);
  reporter.clear_live_line();
  tell_keys_read(*settings, environment);
  if (!status) return fail(status.error(), json, options.colour);
  return *status;
}

// What a program that changes nothing does with signals is right: it ends.
bool changes_something(const CommandLine& line) {
  const Command* command = find_command(line.command);
  return is_global(line) || (command != nullptr && command->takes_project_lock);
}

int run_arguments(const std::vector<std::string>& arguments, bool json) {
  Result<CommandLine> line = parse_command_line(arguments, hands_on);
  if (!line) return fail(line.error(), json, early_colour());
  if (changes_something(*line)) os::install_stop_handlers();
  if (line->version) {
    std::printf("%s\n", std::string(ops::version()).c_str());
    return 0;
  }
  if (line->help || line->command.empty()) {
    line->positionals = line->command.empty() ? std::vector<std::string>()
                                              : std::vector<std::string>{line->command};
    line->command = "help";
  }
  return run_with_settings(*line, json);
}

}  // namespace

int run(int argc, char** argv) {
  if (const auto answer = ops::install::quick_answer(argc, argv)) {
    const std::string text =
        answer->json ? up_to_date_document(answer->packages) : up_to_date_line(answer->packages);
    if (!answer->silent) std::fputs(text.c_str(), stdout);
    return 0;
  }
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool json = asks_json(arguments);
  // Nothing of ours throws; what does all the same unwinds, so that half a change is taken back.
  try {
    return run_arguments(arguments, json);
  } catch (const std::exception& exception) {
    return fail(Error(ErrorCode::INTERNAL, fmt::format("unexpected: {}", exception.what())), json,
                early_colour());
  }
}

}  // namespace lpm::cli
