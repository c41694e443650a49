// init: a package.json for a folder that has none.
#pragma once

#include <string>

#include "base/result.h"
#include "ops/session.h"

namespace lpm::ops {

struct InitAnswers {
  std::string name;
  std::string version;
  std::string description;
  std::string entry;  // main
  std::string license;
  std::string author;
};

// What stands there without questions: the folder's name and the init-* settings.
InitAnswers default_answers(const Session& session, const std::string& folder);
// The file's text. Never overwrites: IO when there is one. BAD_NAME, USAGE for a version that is
// not semver.
Result<std::string> init_project(const std::string& folder, const InitAnswers& answers);

}  // namespace lpm::ops
