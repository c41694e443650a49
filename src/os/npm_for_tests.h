// npm as the oracle of tests: what it answers differs from one major version to the next.
#pragma once

#include <string>
#include <string_view>

#include "os/process.h"

namespace lpm::os {

// Why the npm of PATH cannot be compared with; empty when it can. tools/fetch_node.sh has the one
// that can.
inline std::string why_no_npm(const std::string& path) {
  constexpr std::string_view kMajor = "11.";
  if (!find_executable("npm", path) || !find_executable("node", path)) return "no npm here";
  ChildOptions npm;
  npm.argv = {"npm", "--version"};
  npm.environment = {{"PATH", path}};
  npm.capture_output = true;
  const auto result = run_child(npm);
  if (!result || result->status != 0) return "npm does not run here";
  if (!result->out.starts_with(kMajor)) return "npm here is " + result->out;
  return "";
}

}  // namespace lpm::os
