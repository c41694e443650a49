// version: what is running (no argument), or a new version for the project.
#include "ops/version.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "config/config.h"
#include "formats/json.h"
#include "manifest/manifest.h"
#include "ops/bump_version.h"
#include "ops/scripts.h"

namespace lpm::cli {
namespace {

int show(const CommandContext& context) {
  const Result<manifest::Manifest> manifest = ops::read_project_manifest(context.session);
  const bool has_project = manifest && !manifest->name.empty();
  if (!context.json) {
    if (has_project) std::printf("%s %s\n", manifest->name.c_str(), manifest->version.c_str());
    std::printf("lpm %s\n", std::string(ops::version()).c_str());
    return 0;
  }
  formats::json::Writer json;
  json.begin_object().key("schema_version").value(1).key("lpm").value(ops::version());
  if (has_project)
    json.key("project")
        .begin_object()
        .key("name")
        .value(manifest->name)
        .key("version")
        .value(manifest->version)
        .end_object();
  json.key("default_registry").value(config::builtin_registry());
  json.key("platform")
      .value(fmt::format("{}-{}", manifest::host_os(), manifest::host_cpu()))
      .end_object();
  std::fputs(json.take().c_str(), stdout);
  return 0;
}

}  // namespace

Result<int> run_version(CommandContext& context) {
  if (context.line.positionals.empty()) return show(context);
  const config::Settings& settings = context.session.settings;
  ops::BumpOptions options;
  options.wish = context.line.positionals.front();
  options.message = settings.text("message");
  options.tag_prefix = settings.text("tag-version-prefix");
  options.preid = settings.text("preid");
  options.git = settings.flag("git-tag-version");
  options.allow_same = settings.flag("allow-same-version");
  options.commit_hooks = settings.flag("commit-hooks");
  options.sign_commit = settings.flag("sign-git-commit");
  options.sign_tag = settings.flag("sign-git-tag");
  LPM_TRY_ASSIGN(const ops::Bumped bumped, ops::bump_version(context.session, options));
  if (context.json) {
    formats::json::Writer json;
    json.begin_object()
        .key("schema_version")
        .value(1)
        .key("success")
        .value(true)
        .key("from")
        .value(bumped.from);
    json.key("to").value(bumped.to).key("committed").value(bumped.committed).end_object();
    std::fputs(json.take().c_str(), stdout);
  } else {
    std::printf("%s%s\n", options.tag_prefix.c_str(), bumped.to.c_str());
  }
  return 0;
}

}  // namespace lpm::cli
