// export: lpm.lock as the lockfile of another tool.
#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/export_lockfile.h"

namespace lpm::cli {
namespace {

std::string document(const ops::Exported& exported, const std::vector<std::string>& warnings) {
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  json.key("format").value(exported.format);
  if (exported.file.empty())
    json.key("text").value(exported.text);
  else
    json.key("file").value(exported.file);
  json.key("changed").value(exported.changed).key("packages").value(exported.packages);
  json.key("warnings").begin_array();
  for (const std::string& warning : warnings) json.value(warning);
  json.end_array().end_object();
  return json.take();
}

std::string summary(const ops::Exported& exported) {
  return fmt::format("{} in `{}`{}\n", count_of(exported.packages, "package"), exported.file,
                     exported.changed ? "" : ", which was like that already");
}

}  // namespace

Result<int> run_export(CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  ops::ExportOptions options;
  options.format = settings.text("format");
  options.output = settings.text("output");
  options.own_peers = !settings.flag("legacy-peer-deps");
  options.wait_for_lock = settings.flag("wait");
  LPM_TRY_ASSIGN(const ops::Exported exported, ops::export_lockfile(context.session, options));
  for (const std::string& warning : exported.warnings) context.reporter.warning(warning);
  context.reporter.clear_live_line();
  const bool silent = settings.text("loglevel") == "silent";
  if (context.json)
    std::fputs(document(exported, context.reporter.warnings()).c_str(), stdout);
  else if (exported.file.empty())
    std::fputs(exported.text.c_str(), stdout);
  else if (!silent)
    std::fputs(summary(exported).c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
