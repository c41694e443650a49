// global, and install, uninstall, update and list with -g.
#include "ops/global/global.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/global_summary.h"

namespace lpm::cli {
namespace {

using ops::global::GlobalOptions;
using ops::global::GlobalPackage;
using ops::global::GlobalResult;

GlobalOptions options_from(const CommandContext& context, std::string_view command) {
  const config::Settings& settings = context.session.settings;
  GlobalOptions options;
  options.command = fmt::format("{} -g", command);
  options.packages = context.line.positionals;
  for (const std::string& package : options.packages) options.command += " " + package;
  options.replace_bins = settings.list("replace-bin");
  options.keep_bins = settings.list("keep-bin");
  ops::install::InstallOptions& install = options.install;
  install.command = options.command;
  install.save.default_tag = settings.text("tag");
  const std::vector<std::string> omitted = settings.list("omit");
  install.selection.optional =
      std::find(omitted.begin(), omitted.end(), "optional") == omitted.end();
  install.own_peers = !settings.flag("legacy-peer-deps");
  install.force = settings.flag("force");
  install.dry_run = settings.flag("dry-run");
  install.wait_for_lock = settings.flag("wait");
  return options;
}

int print(CommandContext& context, const GlobalResult& result, const GlobalOptions& options) {
  for (const std::string& warning : result.warnings) context.reporter.warning(warning);
  context.reporter.clear_live_line();
  const bool dry_run = options.install.dry_run;
  const std::string text = context.json
                               ? global_document(result, dry_run, context.reporter.warnings())
                               : global_summary(result, dry_run);
  if (context.json || context.session.settings.text("loglevel") != "silent")
    std::fputs(text.c_str(), stdout);
  return 0;
}

Result<int> install_globally(CommandContext& context) {
  const GlobalOptions options = options_from(context, "install");
  if (options.packages.empty())
    return Error(ErrorCode::USAGE, "name the packages to install globally")
        .hint("for example `lpm install -g typescript`");
  LPM_TRY_ASSIGN(const GlobalResult result, ops::global::install_global(context.session, options));
  return print(context, result, options);
}

Result<int> uninstall_globally(CommandContext& context) {
  const GlobalOptions options = options_from(context, "uninstall");
  if (options.packages.empty())
    return Error(ErrorCode::USAGE, "name the global packages to remove")
        .hint("for example `lpm uninstall -g typescript`");
  LPM_TRY_ASSIGN(const GlobalResult result,
                 ops::global::uninstall_global(context.session, options));
  return print(context, result, options);
}

Result<int> update_globally(CommandContext& context) {
  const GlobalOptions options = options_from(context, "update");
  LPM_TRY_ASSIGN(const GlobalResult result, ops::global::update_global(context.session, options));
  return print(context, result, options);
}

Result<int> list_globally(CommandContext& context) {
  LPM_TRY_ASSIGN(const std::vector<GlobalPackage> packages,
                 ops::global::list_global(context.session));
  std::fputs((context.json ? global_list_document(packages) : global_list(packages)).c_str(),
             stdout);
  return 0;
}

int print_path(const CommandContext& context, const std::string& path) {
  std::fputs((context.json ? global_path_document(path) : path + "\n").c_str(), stdout);
  return 0;
}

}  // namespace

bool is_global(const CommandLine& line) {
  if (line.command == "global") return true;
  for (const config::SettingValue& setting : line.settings)
    if (setting.key == "global") return setting.values.back() != "false";
  return false;
}

Result<int> run_global_form(const Command* command, CommandContext& context) {
  const std::string_view name = command == nullptr ? "" : command->name;
  if (name == "install") return install_globally(context);
  if (name == "uninstall") return uninstall_globally(context);
  if (name == "update") return update_globally(context);
  if (name == "list") return list_globally(context);
  if (name == "bin" || name == "root" || name == "prefix") return command->run(context);
  if (name == "global" || name == "help" || name == "completion") return command->run(context);
  return Error(ErrorCode::USAGE,
               fmt::format("`lpm {}` has no form for global packages", context.line.command))
      .hint("`-g` goes with install, uninstall, update, list, bin, root and prefix");
}

Result<int> run_global(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  const std::string what = words.empty() ? "" : words.front();
  if ((what == "list" || what == "ls") && words.size() == 1) return list_globally(context);
  const ops::global::GlobalFolders folders = ops::global::global_folders(context.session);
  if (what == "bin" && words.size() == 1) return print_path(context, folders.bin);
  if (what == "path" && words.size() == 1) return print_path(context, folders.packages);
  if (what == "path" && words.size() == 2) {
    LPM_TRY_ASSIGN(const std::string folder,
                   ops::global::global_package_folder(context.session, words[1]));
    return print_path(context, folder);
  }
  return Error(ErrorCode::USAGE, "`lpm global` needs one of: list, bin, path, path NAME")
      .hint("`lpm help global` explains them");
}

}  // namespace lpm::cli
