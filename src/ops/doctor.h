// doctor: what this machine gives lpm to work with.
#pragma once

#include <string>
#include <vector>

#include "ops/session.h"
#include "os/sandbox.h"

namespace lpm::ops {

struct Diagnosis {
  os::SandboxAbility sandbox;
  std::string store;              // its folder
  std::string store_file_system;  // of the folder, or of the next above that is there; "" unknown
  bool store_is_writable = false;
  std::string node;  // path of the one on PATH; "" when there is none
  std::string node_version;
  std::string registry;               // the default one; never a credential
  std::vector<std::string> problems;  // each a sentence; none: all is well
};
Diagnosis diagnose(const Session& session);

}  // namespace lpm::ops
