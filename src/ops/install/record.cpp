#include "ops/install/record.h"

#include <algorithm>

namespace lpm::ops::install {

std::vector<std::string> shaping_arguments(const Session& session, const InstallOptions& options) {
  std::vector<std::string> arguments;
  if (options.ignore_scripts) arguments.push_back("--ignore-scripts");
  // From a file or the environment it is in the record with these.
  const config::SettingValue* legacy = session.settings.find("legacy-peer-deps");
  if (legacy != nullptr && legacy->layer == config::Layer::CommandLine)
    arguments.push_back(options.own_peers ? "--no-legacy-peer-deps" : "--legacy-peer-deps");
  const config::SettingValue* copies = session.settings.find("install-links");
  if (copies != nullptr && copies->layer == config::Layer::CommandLine)
    arguments.push_back(session.settings.flag("install-links") ? "--install-links"
                                                               : "--no-install-links");
  if (!options.selection.development) arguments.push_back("--omit=dev");
  if (!options.selection.optional) arguments.push_back("--omit=optional");
  if (!options.selection.production) arguments.push_back("--omit=prod");
  return arguments;
}

namespace {

// pnpm-workspace.yaml, which settings are read from as well.
bool is_read_by(const workspace::Workspace& workspace, const std::string& file) {
  return std::find(workspace.absent.begin(), workspace.absent.end(), file) !=
             workspace.absent.end() ||
         std::any_of(workspace.read.begin(), workspace.read.end(),
                     [&](const auto& read) { return read.path == file; });
}

}  // namespace

Result<std::string> record_of(const Session& session, const InstallOptions& options,
                              const Project& project, const Linked& linked,
                              const std::vector<RecordInputs::KnownFile>& used) {
  RecordInputs inputs;
  inputs.project = session.project;
  inputs.arguments = shaping_arguments(session, options);
  inputs.packages = linked.packages;
  inputs.store = session.settings.store_directory();
  inputs.known = used;
  const workspace::Workspace& workspace = project.workspace;
  for (const std::string& file : session.settings.files_read())
    if (std::find(inputs.files.begin(), inputs.files.end(), file) == inputs.files.end() &&
        !is_read_by(workspace, file))
      inputs.files.push_back(file);
  inputs.files.insert(inputs.files.end(), linked.files.begin(), linked.files.end());
  // A workspace above may take the project in.
  for (std::size_t slash = session.project.rfind('/'); slash != 0 && slash != std::string::npos;
       slash = session.project.rfind('/', slash - 1))
    inputs.files.push_back(session.project.substr(0, slash) + "/package.json");
  for (const workspace::Workspace::ReadFile& file : workspace.read)
    inputs.known.push_back({file.path, file.stamp, file.text});
  inputs.files.insert(inputs.files.end(), workspace.absent.begin(), workspace.absent.end());
  inputs.folders = linked.folders;
  inputs.searched = workspace.searched;
  return make_record(inputs);
}

}  // namespace lpm::ops::install
