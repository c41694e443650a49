#include "ops/install/lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "ops/interrupt.h"
#include "ops/script_context.h"

namespace lpm::ops::install {
namespace {

bool has_script(const manifest::Manifest& manifest, std::string_view name) {
  return std::any_of(manifest.scripts.begin(), manifest.scripts.end(),
                     [&](const auto& script) { return script.first == name; });
}

// run_script() brings pre and post scripts along; without a main script they are run by their own
// names.
void add_group(const manifest::Manifest& manifest, std::string_view before, std::string_view main,
               std::string_view after, std::vector<std::string_view>& order) {
  if (has_script(manifest, main)) {
    order.push_back(main);
    return;
  }
  if (has_script(manifest, before)) order.push_back(before);
  if (has_script(manifest, after)) order.push_back(after);
}

}  // namespace

Result<int> run_project_lifecycle(const Session& session, const Project& project) {
  std::vector<std::string_view> order;
  add_group(project.manifest, "preinstall", "install", "postinstall", order);
  if (has_script(project.manifest, "prepublish")) order.push_back("prepublish");
  add_group(project.manifest, "preprepare", "prepare", "postprepare", order);
  const tasks::ScriptContext context = script_context(session, project.manifest);
  for (const std::string_view name : order) {
    if (auto stop = interruption(fmt::format("packages are installed, `{}` was not run", name)))
      return std::move(*stop);
    LPM_TRY_ASSIGN(const int status, tasks::run_script(context, name, {}, /*show_command=*/true));
    if (auto stop = interruption(fmt::format("packages are installed, `{}` was cut off", name)))
      return std::move(*stop);
    if (status != 0) return status;
  }
  return 0;
}

}  // namespace lpm::ops::install
