// Session: what every use case gets. Lower modules receive only the two or three parts they use.
#pragma once

#include <optional>
#include <string>

#include "base/worker_pool.h"
#include "config/config.h"
#include "os/files.h"
#include "os/process.h"
#include "report/reporter.h"

namespace lpm::ops {

// A file as it was read, with its stamp from just before: who finds the same stamp later need not
// read it again.
struct FileSnapshot {
  std::string text;
  os::FileStamp stamp;
};

struct Session {
  const config::Settings& settings;
  const config::Registries& registries;
  report::Reporter& reporter;
  WorkerPool& pool;
  os::EnvironmentMap environment;
  std::string initial_directory;  // where the user called lpm
  std::string project;  // folder with package.json, a workspace's root; or initial_directory
  std::string user_agent;
  bool test_mode = false;  // see test_hooks.h
  // package.json as the settings saw it; nothing when there is none, or it cannot be read.
  std::optional<FileSnapshot> manifest = std::nullopt;
  // Folder of the package where the user called lpm: in a workspace a member's; "" is `project`.
  std::string package = {};

  const std::string& package_folder() const { return package.empty() ? project : package; }
};

}  // namespace lpm::ops
