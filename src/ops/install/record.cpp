#include "ops/install/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/install/project.h"
#include "ops/install/up_to_date.h"

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

Result<std::string> record_of(const Session& session, const InstallOptions& options,
                              const Linked& linked, const FileSnapshot& manifest,
                              const FileSnapshot& lockfile) {
  RecordInputs inputs;
  inputs.project = session.project;
  inputs.arguments = shaping_arguments(session, options);
  inputs.packages = linked.packages;
  inputs.store = session.settings.store_directory();
  inputs.known = {
      {fmt::format("{}/{}", session.project, kManifestFile), manifest.stamp, manifest.text},
      {fmt::format("{}/{}", session.project, kLockfile), lockfile.stamp, lockfile.text}};
  for (const std::string& file : session.settings.files_read())
    if (std::find(inputs.files.begin(), inputs.files.end(), file) == inputs.files.end())
      inputs.files.push_back(file);
  inputs.files.insert(inputs.files.end(), linked.files.begin(), linked.files.end());
  inputs.folders = linked.folders;
  return make_record(inputs);
}

}  // namespace lpm::ops::install
