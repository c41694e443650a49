#include "ops/install/lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
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

Result<int> run_lifecycle_of(const Session& session, const ProjectPackage& package) {
  std::vector<std::string_view> order;
  add_group(package.manifest, "preinstall", "install", "postinstall", order);
  if (has_script(package.manifest, "prepublish")) order.push_back("prepublish");
  add_group(package.manifest, "preprepare", "prepare", "postprepare", order);
  const tasks::ScriptContext context = script_context(session, package.manifest, package.directory);
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

// The packages of the project by index, each after those that it links to, as far as there are no
// cycles; else by path, the root last.
std::vector<std::size_t> dependencies_first(const Project& project, const WantedProject& wanted) {
  const std::size_t count = project.package_count();
  const auto package_at = [count](std::size_t place) { return (place + 1) % count; };
  std::map<std::string_view, std::size_t> place_of;
  for (std::size_t i = 0; i < count; ++i) place_of[project.package(package_at(i)).path] = i;
  std::vector<std::vector<std::size_t>> dependencies(count);
  for (std::size_t i = 0; i < count; ++i)
    for (const workspace::Link& link : wanted.package(package_at(i)).links)
      dependencies[i].push_back(place_of[link.path]);
  std::vector<std::size_t> order = workspace::topological_order(dependencies);
  for (std::size_t& place : order) place = package_at(place);
  return order;
}

}  // namespace

Result<int> run_project_lifecycle(const Session& session, const Project& project,
                                  const WantedProject& wanted) {
  for (const std::size_t i : dependencies_first(project, wanted)) {
    LPM_TRY_ASSIGN(const int status, run_lifecycle_of(session, project.package(i)));
    if (status != 0) return status;
  }
  return 0;
}

}  // namespace lpm::ops::install
