// bin, root, prefix: folders, for scripts that ask npm for them.
#include <cstdio>

#include "cli/commands.h"
#include "cli/global_summary.h"
#include "ops/global/global.h"

namespace lpm::cli {
namespace {

int print_place(const CommandContext& context, const std::string& path) {
  std::fputs((context.json ? global_path_document(path) : path + "\n").c_str(), stdout);
  return 0;
}

// The package where lpm was called; with -w the workspace's root.
const std::string& chosen_folder(const CommandContext& context) {
  const bool is_root = context.session.settings.flag("workspace-root");
  return is_root ? context.session.project : context.session.package_folder();
}

bool is_global_form(const CommandContext& context) {
  return is_global(context.line);
}

}  // namespace

Result<int> run_bin(CommandContext& context) {
  if (is_global_form(context))
    return print_place(context, ops::global::global_folders(context.session).bin);
  return print_place(context, chosen_folder(context) + "/node_modules/.bin");
}

Result<int> run_root(CommandContext& context) {
  if (is_global_form(context))
    return print_place(context, ops::global::global_folders(context.session).packages);
  return print_place(context, chosen_folder(context) + "/node_modules");
}

Result<int> run_prefix(CommandContext& context) {
  if (is_global_form(context)) return print_place(context, context.session.settings.lpm_home());
  return print_place(context, chosen_folder(context));
}

}  // namespace lpm::cli
