#include "ops/script_context.h"

#include "os/process.h"

namespace lpm::ops {

tasks::ScriptContext script_context(const Session& session, const manifest::Manifest& manifest,
                                    const std::string& folder) {
  tasks::ScriptContext context;
  context.project = folder;
  context.initial_directory = session.initial_directory;
  context.manifest = &manifest;
  context.settings = &session.settings;
  context.user_agent = session.user_agent;
  context.executable = os::own_executable();
  context.environment = session.environment;
  return context;
}

}  // namespace lpm::ops
