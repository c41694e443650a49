#include <fmt/format.h>

#include "base/text.h"
#include "os/git_query.h"
#include "workspace/filter.h"

namespace lpm::workspace {
namespace {

Status add_lines(const std::string& root, std::vector<std::string> arguments,
                 std::vector<std::string>& files) {
  LPM_TRY_ASSIGN(const os::ChildResult result,
                 os::ask_git(root, os::current_environment(), std::move(arguments)));
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
  LPM_TRY_ASSIGN(const std::optional<std::string> commit,
                 os::commit_of(root, os::current_environment(), reference));
  if (!commit)
    return Error(ErrorCode::USAGE, fmt::format("git knows no commit `{}` here", reference))
        .at(root)
        .hint("`[...]` in a filter holds a branch, a tag or a commit, for example `[main]`");
  std::vector<std::string> files;
  LPM_TRY(add_lines(root,
                    {"diff", "--name-only", "--no-ext-diff", "--no-textconv", "-z", "--relative",
                     *commit, "--", "."},
                    files));
  LPM_TRY(add_lines(root, {"ls-files", "--others", "--exclude-standard", "-z", "--", "."}, files));
  return files;
}

}  // namespace lpm::workspace
