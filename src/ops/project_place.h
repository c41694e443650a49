// Where a command works: the project, and the package of it where the user called lpm.
#pragma once

#include <string>

namespace lpm::ops {

struct ProjectPlace {
  std::string project;  // Session::project
  std::string package;  // Session::package
};
ProjectPlace find_project(const std::string& start);

}  // namespace lpm::ops
