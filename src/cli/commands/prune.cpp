// prune: an install that adds no wishes, after which nothing is left that lpm.lock does not name.
#include <cstdio>

#include "base/printable.h"
#include "cli/commands/install.h"

namespace lpm::cli {

Result<int> run_prune(CommandContext& context) {
  ops::install::InstallOptions options = install_options(context);
  options.command = "prune";
  options.save = {};
  options.node_modules = ops::install::NodeModules::Prune;
  options.ignore_scripts = true;  // as in npm
  LPM_TRY_ASSIGN(const ops::install::InstallResult result,
                 ops::install::install(context.session, options));
  if (!context.json && context.session.settings.text("loglevel") != "silent")
    for (const std::string& stray : result.strays) std::printf("- %s\n", printable(stray).c_str());
  return tell_installed(context, result, options);
}

}  // namespace lpm::cli
