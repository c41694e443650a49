// Repositories on well-known hosts, in all the ways to write them (npm's hosted-git-info):
// `github:user/repo`, `user/repo`, `git@github.com:user/repo`, `https://gitlab.com/group/repo`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lpm::manifest {

struct HostedGit {
  std::string url;         // canonical: git+https://..., or git+ssh://git@... when written with ssh
  std::string committish;  // behind the `#`, decoded
};

// Nothing when the text names no repository of a known host. An empty url: it names a host, but
// user or project is missing or not fit for a URL.
std::optional<HostedGit> parse_hosted_git(std::string_view text);

}  // namespace lpm::manifest
