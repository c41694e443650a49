// prune: an install that adds no wishes, after which nothing is left that lpm.lock does not name.
#include "cli/commands/install.h"

namespace lpm::cli {

Result<int> run_prune(CommandContext& context) {
  ops::install::InstallOptions options = install_options(context);
  options.command = "prune";
  options.save = {};
  LPM_TRY_ASSIGN(const ops::install::InstallResult result,
                 ops::install::install(context.session, options));
  return tell_installed(context, result, options);
}

}  // namespace lpm::cli
