#include <fmt/format.h>

#include "base/text.h"
#include "os/process.h"
#include "workspace/filter.h"

namespace lpm::workspace {
namespace {

Result<os::ChildResult> git(const std::string& root, std::vector<std::string> arguments) {
  os::ChildOptions options;
  options.argv = {"git", "--no-pager", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = root;
  options.environment = os::current_environment();
  options.capture_output = true;
  return os::run_child(options);
}

Status add_lines(const std::string& root, std::vector<std::string> arguments,
                 std::vector<std::string>& files) {
  LPM_TRY_ASSIGN(const os::ChildResult result, git(root, std::move(arguments)));
  if (result.status != 0)
    return Error(ErrorCode::USAGE, "git could not say which files changed")
        .fact("git", std::string(trim(result.err)));
  for (const std::string_view name : split(result.out, '\0'))
    if (!name.empty()) files.emplace_back(name);
  return {};
}

}  // namespace

Result<std::vector<std::string>> changed_files(const std::string& root,
                                               const std::string& reference) {
  // What begins with a dash would be an option.
  LPM_TRY_ASSIGN(
      const os::ChildResult commit,
      git(root, {"rev-parse", "--verify", "--quiet", "--end-of-options", reference + "^{commit}"}));
  const std::string hash(trim(commit.out));
  if (commit.status != 0 || hash.empty() || hash.starts_with('-'))
    return Error(ErrorCode::USAGE, fmt::format("git knows no commit `{}` here", reference))
        .at(root)
        .hint("`[...]` in a filter holds a branch, a tag or a commit, for example `[main]`");
  std::vector<std::string> files;
  LPM_TRY(add_lines(root,
                    {"diff", "--name-only", "--no-ext-diff", "--no-textconv", "-z", "--relative",
                     hash, "--", "."},
                    files));
  LPM_TRY(add_lines(root, {"ls-files", "--others", "--exclude-standard", "-z", "--", "."}, files));
  return files;
}

}  // namespace lpm::workspace
