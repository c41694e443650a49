#include "ops/committed_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "os/files.h"
#include "os/process.h"

namespace lpm::ops {
namespace {

void set(os::EnvironmentMap& environment, const std::string& name, const std::string& value) {
  std::erase_if(environment, [&](const auto& entry) { return entry.first == name; });
  environment.emplace_back(name, value);
}

// Plumbing commands only: they run no hook, no filter and no monitor, and ask nobody.
Result<os::ChildResult> run_git(const Session& session, std::vector<std::string> arguments) {
  os::ChildOptions options;
  options.argv = {"git", "--no-pager"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = session.project;
  options.environment = session.environment;
  set(options.environment, "GIT_NO_LAZY_FETCH", "1");
  set(options.environment, "GIT_OPTIONAL_LOCKS", "0");
  set(options.environment, "GIT_TERMINAL_PROMPT", "0");
  std::sort(options.environment.begin(), options.environment.end());
  options.capture_output = true;
  return os::run_child(options);
}

}  // namespace

bool is_under_git(const std::string& project) {
  for (std::string folder = project;; folder.resize(folder.rfind('/'))) {
    if (os::exists(folder + "/.git")) return true;
    if (folder.rfind('/') == std::string::npos) return false;
  }
}

Result<std::optional<std::string>> committed_file(const Session& session, const std::string& file,
                                                  const std::string& revision) {
  LPM_TRY_ASSIGN(os::ChildResult blob,
                 run_git(session, {"cat-file", "blob", fmt::format("{}:./{}", revision, file)}));
  if (blob.status == 0) return std::optional(std::move(blob.out));
  if (revision == "HEAD") return std::optional<std::string>();
  LPM_TRY_ASSIGN(const os::ChildResult commit,
                 run_git(session, {"rev-parse", "--verify", "--quiet", "--end-of-options",
                                   revision + "^{commit}"}));
  if (commit.status == 0) return std::optional<std::string>();
  return Error(ErrorCode::USAGE, fmt::format("git knows no commit `{}`", revision))
      .at(session.project)
      .hint("in a shallow clone, fetch it first: `git fetch --depth 1 origin REF`");
}

}  // namespace lpm::ops
