// migrate: lpm.lock from the lockfile of another tool.
#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/install/install.h"

namespace lpm::cli {
namespace {

using ops::install::InstallOptions;
using ops::install::InstallResult;
using ops::migrate::ImportReport;
using ops::migrate::NotKept;

constexpr std::size_t kNamesShown = 20;

InstallOptions migrate_options(const CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  InstallOptions options;
  options.command = "migrate";
  options.import = ops::install::Import::Always;
  options.import_from = settings.text("from");
  options.lockfile_only = true;
  options.force = settings.flag("force");
  options.dry_run = settings.flag("dry-run");
  options.own_peers = !settings.flag("legacy-peer-deps");
  options.wait_for_lock = settings.flag("wait");
  return options;
}

std::string summary(const ImportReport& report, const InstallOptions& options) {
  std::string text;
  for (const NotKept& lost : report.not_kept)
    text += fmt::format("- {}: {}\n", lost.what, lost.reason);
  for (std::size_t i = 0; i < report.added.size() && i < kNamesShown; ++i)
    text += fmt::format("+ {}: not in `{}`\n", report.added[i], report.file);
  if (report.added.size() > kNamesShown)
    text += fmt::format("+ {} more\n", report.added.size() - kNamesShown);
  text += fmt::format("{} of `{}` ({}) kept", count_of(report.kept, "version"), report.file,
                      report.format);
  if (!report.not_kept.empty()) text += fmt::format(", {} not kept", report.not_kept.size());
  if (!report.added.empty()) text += fmt::format(", {} added", report.added.size());
  text += options.dry_run ? "; dry run, nothing was written\n"
                          : fmt::format("; lpm.lock is written, `{}` is as it was\n", report.file);
  return text;
}

std::string document(const InstallResult& result, const InstallOptions& options,
                     const std::vector<std::string>& warnings) {
  const ImportReport& report = *result.import;
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  json.key("dry_run").value(options.dry_run).key("file").value(report.file);
  json.key("format").value(report.format).key("kept").value(report.kept);
  json.key("not_kept").begin_array();
  for (const NotKept& lost : report.not_kept)
    json.begin_object().key("what").value(lost.what).key("reason").value(lost.reason).end_object();
  json.end_array().key("added").begin_array();
  for (const std::string& added : report.added) json.value(added);
  json.end_array().key("lockfile_written").value(result.lockfile_written);
  json.key("warnings").begin_array();
  for (const std::string& warning : warnings) json.value(warning);
  json.end_array().end_object();
  return json.take();
}

}  // namespace

Result<int> run_migrate(CommandContext& context) {
  const InstallOptions options = migrate_options(context);
  LPM_TRY_ASSIGN(const InstallResult result, ops::install::install(context.session, options));
  for (const std::string& warning : result.warnings) context.reporter.warning(warning);
  context.reporter.clear_live_line();
  const std::string text = context.json ? document(result, options, context.reporter.warnings())
                                        : summary(*result.import, options);
  const bool silent = context.session.settings.text("loglevel") == "silent" && !context.json;
  if (!silent) std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
