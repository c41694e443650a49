// install, uninstall, ci: three names for one use case.
#include "cli/commands/install.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/commands.h"
#include "cli/install_summary.h"
#include "os/process.h"

namespace lpm::cli {
namespace {

using manifest::DependencyKind;
using ops::install::InstallOptions;
using ops::install::InstallResult;

bool is_omitted(const config::Settings& settings, std::string_view kind) {
  const std::vector<std::string> omitted = settings.list("omit");  // less what --include names
  return std::find(omitted.begin(), omitted.end(), kind) != omitted.end();
}

bool is_ci(const ops::Session& session) {
  for (const auto& [name, value] : session.environment)
    if (name == "CI") return !value.empty() && value != "false" && value != "0";
  return false;
}

// An explicit flag decides; else CI freezes a plain install (the use case checks that there is a
// lockfile).
bool is_frozen(const ops::Session& session, bool has_packages) {
  const config::SettingValue* setting = session.settings.find("frozen-lockfile");
  if (setting != nullptr && setting->layer != config::Layer::Default)
    return session.settings.flag("frozen-lockfile");
  return !has_packages && is_ci(session) && os::exists(session.project + "/lpm.lock");
}

ops::install::SaveOptions save_options(const config::Settings& settings) {
  ops::install::SaveOptions save;
  save.save = settings.flag("save");
  save.exact = settings.flag("save-exact");
  save.prefix = settings.text("save-prefix");
  save.default_tag = settings.text("tag");
  if (settings.flag("save-dev")) save.kind = DependencyKind::Development;
  if (settings.flag("save-optional")) save.kind = DependencyKind::Optional;
  if (settings.flag("save-peer")) save.kind = DependencyKind::Peer;
  if (settings.flag("save-prod")) save.kind = DependencyKind::Production;
  return save;
}

Result<int> install_and_tell(CommandContext& context, const InstallOptions& options) {
  warn_about_what_is_not_followed(context);
  LPM_TRY_ASSIGN(const InstallResult result, ops::install::install(context.session, options));
  return tell_installed(context, result, options);
}

}  // namespace

InstallOptions install_options(const CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  InstallOptions options;
  options.save = save_options(settings);
  options.selection.development = !is_omitted(settings, "dev");
  options.selection.optional = !is_omitted(settings, "optional");
  options.lockfile_only = settings.flag("lockfile-only");
  options.dry_run = settings.flag("dry-run");
  options.own_peers = !settings.flag("legacy-peer-deps");
  options.force = settings.flag("force");
  options.verify_store = settings.flag("verify-store");
  options.verify_lockfile = settings.flag("verify-lockfile");
  options.trust_base = settings.text("trust-base");
  options.ignore_scripts = settings.flag("ignore-scripts");
  options.wait_for_lock = settings.flag("wait");
  if (!settings.flag("import")) options.import = ops::install::Import::Never;
  options.members = ops::member_choice(settings);
  return options;
}

// Settings that change npm's choice of versions or files and not yet lpm's: better said than
// silent.
void warn_about_what_is_not_followed(CommandContext& context) {
  constexpr auto kNotFollowed = std::to_array<std::string_view>(
      {"before", "min-release-age", "min-release-age-exclude", "minimum-release-age",
       "minimum-release-age-exclude", "package-lock"});
  for (const std::string_view key : kNotFollowed) {
    const config::SettingValue* setting = context.session.settings.find(key);
    if (setting == nullptr || setting->values.empty()) continue;
    const std::string& value = setting->values.back();
    const bool asks_nothing = key == "package-lock" ? value == "true" : value == "0";
    if (asks_nothing || setting->layer == config::Layer::Default) continue;
    context.reporter.warning(
        fmt::format("{}: `{}` is not followed by this version of lpm", setting->where, key));
  }
}

int tell_installed(CommandContext& context, const InstallResult& result,
                   const InstallOptions& options) {
  for (const std::string& warning : result.warnings) context.reporter.warning(warning);
  if (result.skipped_archive_entries > 0)
    context.reporter.detail(
        fmt::format("entries of archives that were skipped, being links, devices or pipes: {}",
                    result.skipped_archive_entries));
  context.reporter.clear_live_line();
  const std::string text = context.json
                               ? install_document(result, options, context.reporter.warnings())
                               : install_summary(result, options);
  const bool silent = context.session.settings.text("loglevel") == "silent" && !context.json;
  if (!silent) std::fputs(text.c_str(), stdout);
  if (context.session.settings.flag("timing") && !context.json)
    std::fputs(timing_table(result).c_str(), stdout);
  return result.script_status;
}

Result<int> run_install(CommandContext& context) {
  InstallOptions options = install_options(context);
  options.add = context.line.positionals;
  options.frozen = is_frozen(context.session, !options.add.empty());
  const bool is_narrowed = !options.members.words.empty() || !options.members.named.empty();
  if (is_narrowed && options.add.empty())
    return Error(ErrorCode::USAGE, "all members of a workspace are installed together")
        .hint("name the packages to add to a member, or leave the filter out");
  if (options.frozen && !options.add.empty())
    return Error(ErrorCode::USAGE, "packages cannot be added to a frozen lockfile")
        .hint("leave `--frozen-lockfile` out");
  return install_and_tell(context, options);
}

Result<int> run_uninstall(CommandContext& context) {
  InstallOptions options = install_options(context);
  options.command = "uninstall";
  options.remove = context.line.positionals;
  if (options.remove.empty())
    return Error(ErrorCode::USAGE, "name the packages to remove")
        .hint("for example `lpm uninstall left-pad`");
  return install_and_tell(context, options);
}

Result<int> run_ci(CommandContext& context) {
  if (!context.line.positionals.empty())
    return Error(ErrorCode::USAGE, "`lpm ci` takes no packages")
        .hint("add packages with `lpm install NAME`");
  InstallOptions options = install_options(context);
  options.command = "ci";
  options.frozen = true;
  options.node_modules = ops::install::NodeModules::Replace;
  return install_and_tell(context, options);
}

}  // namespace lpm::cli
