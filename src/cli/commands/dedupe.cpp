// dedupe: install's relative that makes dependents share what is locked.
#include "cli/commands/install.h"

namespace lpm::cli {

Result<int> run_dedupe(CommandContext& context) {
  using ops::install::InstallResult;
  const config::Settings& settings = context.session.settings;
  const bool checks = settings.flag("check");
  ops::install::InstallOptions options = install_options(context);
  options.command = "dedupe";
  options.save = {};
  options.dry_run = options.dry_run || checks || context.line.command == "find-dupes";
  options.update.emplace().dedupe = true;
  warn_about_what_is_not_followed(context);
  LPM_TRY_ASSIGN(const InstallResult result, ops::install::install(context.session, options));
  const int status = tell_installed(context, result, options);
  return checks && !result.changes.empty() ? 1 : status;
}

}  // namespace lpm::cli
