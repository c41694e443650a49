#include "ops/committed_file.h"

#include <fmt/format.h>

#include "os/files.h"
#include "os/git_query.h"

namespace lpm::ops {

bool is_under_git(const std::string& project) {
  for (std::string folder = project;; folder.resize(folder.rfind('/'))) {
    if (os::exists(folder + "/.git")) return true;
    if (folder.rfind('/') == std::string::npos) return false;
  }
}

Result<std::optional<std::string>> committed_file(const Session& session, const std::string& file,
                                                  const std::string& revision) {
  std::string commit = revision;
  if (revision != "HEAD") {
    LPM_TRY_ASSIGN(std::optional<std::string> named,
                   os::commit_of(session.project, session.environment, revision));
    if (!named)
      return Error(ErrorCode::USAGE, fmt::format("git knows no commit `{}`", revision))
          .at(session.project)
          .hint("in a shallow clone, fetch it first: `git fetch --depth 1 origin REF`");
    commit = *std::move(named);
  }
  LPM_TRY_ASSIGN(os::ChildResult blob,
                 os::ask_git(session.project, session.environment,
                             {"cat-file", "blob", fmt::format("{}:./{}", commit, file)}));
  if (blob.status != 0) return std::optional<std::string>();
  return std::optional(std::move(blob.out));
}

}  // namespace lpm::ops
