#include "ops/doctor.h"

#include <algorithm>

#include "ops/node_version.h"
#include "os/file_system.h"
#include "os/files.h"
#include "os/process.h"

namespace lpm::ops {
namespace {

// The folder itself may come with the first install.
std::string nearest_folder(std::string path) {
  while (path.size() > 1 && os::stamp(path).type != os::FileType::Directory)
    path.resize(std::max<std::size_t>(path.rfind('/'), 1));
  return path;
}

std::string path_list(const os::EnvironmentMap& environment) {
  for (const auto& [name, value] : environment)
    if (name == "PATH") return value;
  return "";
}

void look_for_problems(Diagnosis& found) {
  if (!found.store_is_writable)
    found.problems.push_back("the store `" + found.store + "` cannot be written");
  if (found.node.empty()) found.problems.emplace_back("there is no `node` on PATH");
  if (found.sandbox.best == os::SandboxLevel::None)
    found.problems.emplace_back("this machine has no sandbox for build scripts");
}

}  // namespace

Diagnosis diagnose(const Session& session) {
  Diagnosis found;
  found.sandbox = os::probe_sandbox();
  found.store = session.settings.store_directory();
  const std::string folder = nearest_folder(found.store);
  found.store_file_system = os::file_system_name(folder);
  found.store_is_writable = os::cannot_write_into(folder) == 0;
  found.node = os::find_executable("node", path_list(session.environment)).value_or("");
  if (!found.node.empty())
    found.node_version =
        running_node_version(session.environment, session.settings.cache_directory());
  found.registry = session.registries.default_registry();
  look_for_problems(found);
  return found;
}

}  // namespace lpm::ops
