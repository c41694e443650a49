#include "os/git_query.h"

#include <algorithm>

#include "base/text.h"

namespace lpm::os {
namespace {

void set(EnvironmentMap& environment, const std::string& name, const std::string& value) {
  std::erase_if(environment, [&](const auto& entry) { return entry.first == name; });
  environment.emplace_back(name, value);
}

}  // namespace

Result<ChildResult> ask_git(const std::string& folder, EnvironmentMap environment,
                            std::vector<std::string> arguments) {
  ChildOptions options;
  options.argv = {"git", "--no-pager",           "-c", "core.fsmonitor=false",
                  "-c",  "core.quotePath=false", "-c", "log.showSignature=false"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = folder;
  set(environment, "GIT_NO_LAZY_FETCH", "1");
  set(environment, "GIT_OPTIONAL_LOCKS", "0");
  set(environment, "GIT_TERMINAL_PROMPT", "0");
  std::sort(environment.begin(), environment.end());
  options.environment = std::move(environment);
  options.capture_output = true;
  return run_child(options);
}

Result<std::optional<std::string>> commit_of(const std::string& folder,
                                             const EnvironmentMap& environment,
                                             const std::string& revision) {
  LPM_TRY_ASSIGN(const ChildResult asked, ask_git(folder, environment,
                                                  {"rev-parse", "--verify", "--quiet",
                                                   "--end-of-options", revision + "^{commit}"}));
  std::string hash(trim(asked.out));
  if (asked.status != 0 || hash.empty() || hash.starts_with('-'))
    return std::optional<std::string>();
  return std::optional(std::move(hash));
}

}  // namespace lpm::os
