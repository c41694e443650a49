// Session: what every use case gets. Lower modules receive only the two or three parts they use.
#pragma once

#include <string>

#include "base/worker_pool.h"
#include "config/config.h"
#include "os/process.h"
#include "report/reporter.h"

namespace lpm::ops {

struct Session {
  const config::Settings& settings;
  const config::Registries& registries;
  report::Reporter& reporter;
  WorkerPool& pool;
  os::EnvironmentMap environment;
  std::string initial_directory;  // where the user called lpm
  std::string project;            // folder with package.json, or initial_directory
  std::string user_agent;
  bool test_mode = false;  // see test_hooks.h
};

}  // namespace lpm::ops
