// The `git` program as it is run on repositories of strangers: no prompts, no hooks, no helpers, no
// transports but the allowed ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sources/sources.h"

namespace lpm::sources {

struct Repository {
  std::string url;        // for git: without `git+`; may hold credentials, never printed
  std::string shown;      // for messages
  std::string protocols;  // GIT_ALLOW_PROTOCOL; none for a repository that may not be asked
};

Repository repository_of(const Options& options, std::string_view url);

// Runs git in `folder` ("" for none); what it prints. GIT, AUTH_REQUIRED, SOURCE_NOT_FOUND;
// UNSUPPORTED_SPEC for a transport that is not allowed.
Result<std::string> run_git(const Options& options, const Repository& repository,
                            const std::string& folder, std::vector<std::string> arguments);

}  // namespace lpm::sources
