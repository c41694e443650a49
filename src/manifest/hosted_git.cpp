#include "manifest/hosted_git.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "manifest/url.h"

namespace lpm::manifest {

namespace {

constexpr auto npos = std::string_view::npos;

struct Repository {
  std::string_view user;
  std::string_view project;
  std::string_view committish;
};
// Finds the repository in the path of a URL on the host; nothing when the path is another kind of
// page.
using Extract = std::optional<Repository> (*)(const Url& url);

struct Host {
  std::string_view shortcut;
  std::string_view domain;
  std::vector<std::string_view> schemes;
  Extract extract;
  bool has_users = true;
  bool has_groups = false;  // a user's name may have slashes
  std::string_view https_ending = ".git";
};

std::string_view without_git_ending(std::string_view project) {
  if (project.ends_with(".git")) project.remove_suffix(4);
  return project;
}

// The parts of a path behind its first slash, at most `count`; missing ones are empty.
std::vector<std::string_view> parts_of(std::string_view path, std::size_t count) {
  std::vector<std::string_view> parts = split(path, '/');
  parts.erase(parts.begin());
  parts.resize(count);
  return parts;
}

std::optional<Repository> whole(std::string_view user, std::string_view project,
                                std::string_view committish) {
  project = without_git_ending(project);
  if (user.empty() || project.empty()) return std::nullopt;
  return Repository{user, project, committish};
}

std::optional<Repository> extract_github(const Url& url) {
  const auto parts = parts_of(url.path, 4);
  if (parts[2].empty()) return whole(parts[0], parts[1], url.fragment);
  if (parts[2] != "tree") return std::nullopt;
  return whole(parts[0], parts[1], parts[3]);
}

std::optional<Repository> extract_bitbucket(const Url& url) {
  const auto parts = parts_of(url.path, 3);
  if (parts[2] == "get") return std::nullopt;
  return whole(parts[0], parts[1], url.fragment);
}

std::optional<Repository> extract_gitlab(const Url& url) {
  const std::string_view path = std::string_view(url.path).substr(url.path.empty() ? 0 : 1);
  if (path.find("/-/") != npos || path.find("/archive.tar.gz") != npos) return std::nullopt;
  const std::size_t slash = path.rfind('/');
  if (slash == npos) return std::nullopt;
  return whole(path.substr(0, slash), path.substr(slash + 1), url.fragment);
}

std::optional<Repository> extract_gist(const Url& url) {
  const auto parts = parts_of(url.path, 3);
  if (parts[2] == "raw") return std::nullopt;
  if (parts[1].empty() && parts[0].empty()) return std::nullopt;
  if (parts[1].empty()) return Repository{"", without_git_ending(parts[0]), url.fragment};
  return Repository{parts[0], without_git_ending(parts[1]), url.fragment};
}

std::optional<Repository> extract_sourcehut(const Url& url) {
  const auto parts = parts_of(url.path, 3);
  if (parts[2] == "archive") return std::nullopt;
  return whole(parts[0], parts[1], url.fragment);
}

const std::vector<Host>& hosts() {
  static const std::vector<Host> kHosts = {
      {"github",
       "github.com",
       {"git", "http", "git+ssh", "git+https", "ssh", "https"},
       extract_github},
      {"bitbucket", "bitbucket.org", {"git+ssh", "git+https", "ssh", "https"}, extract_bitbucket},
      {"gitlab",
       "gitlab.com",
       {"git+ssh", "git+https", "ssh", "https"},
       extract_gitlab,
       true,
       true},
      {"gist",
       "gist.github.com",
       {"git", "git+ssh", "git+https", "ssh", "https"},
       extract_gist,
       false},
      {"sourcehut", "git.sr.ht", {"git+ssh", "https"}, extract_sourcehut, true, false, ""},
  };
  return kHosts;
}

const Host* host_by(std::string_view Host::*key, std::string_view value) {
  const auto found = std::find_if(hosts().begin(), hosts().end(),
                                  [&](const Host& host) { return host.*key == value; });
  return found == hosts().end() ? nullptr : &*found;
}

bool has_space(std::string_view text) {
  constexpr std::string_view kWide[] = {"\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
                                        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
                                        "\xE3\x80\x80", "\xEF\xBB\xBF"};
  if (text.find_first_of(" \t\n\v\f\r") != npos) return true;
  for (std::size_t at = text.find("\xE2\x80"); at != npos && at + 2 < text.size();
       at = text.find("\xE2\x80", at + 1)) {
    if (static_cast<unsigned char>(text[at + 2]) >= 0x80 &&
        static_cast<unsigned char>(text[at + 2]) <= 0x8a)
      return true;
  }
  return std::any_of(std::begin(kWide), std::end(kWide),
                     [&](std::string_view space) { return text.find(space) != npos; });
}

// `user/repo`, with anything behind a `#`. (npm is content with a slash behind the `#`, too.)
bool is_github_shorthand(std::string_view text) {
  const std::string_view path = text.substr(0, text.find('#'));
  const std::size_t slash = text.find('/');
  if (slash == npos || slash == 0 ||
      path.substr(std::min(slash + 1, path.size())).find('/') != npos)
    return false;
  return !path.ends_with('/') && !path.starts_with('.') && path.find_first_of("@:") == npos &&
         !has_space(path);
}

bool is_known_scheme(std::string_view scheme) {
  constexpr std::string_view kSchemes[] = {"git+ssh", "ssh",   "git+https", "git",
                                           "http",    "https", "git+http"};
  return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes) ||
         host_by(&Host::shortcut, scheme) != nullptr;
}

// Gives texts that miss it a scheme or the slashes behind it.
std::string with_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t at = text.find('@');
  if (colon != npos) {
    if (is_known_scheme(text.substr(0, colon)) || text.substr(colon).starts_with("://"))
      return std::string(text);
    if (at != npos && at < colon) return std::string(text);
    if (at == npos) return fmt::format("{}//{}", text.substr(0, colon + 1), text.substr(colon + 1));
  } else if (at == npos) {
    return fmt::format("//{}", text);
  }
  return fmt::format("git+ssh://{}", text);
}

// Turns the short form of ssh, `user@host:path`, into a URL. What stands behind a `#` does not
// count.
std::string from_ssh_form(std::string text) {
  const std::string_view before_hash = std::string_view(text).substr(0, text.find('#'));
  const std::size_t at = before_hash.rfind('@');
  const std::size_t colon = before_hash.rfind(':');
  if (colon != npos && (at == npos || colon > at)) text[colon] = '/';
  const bool has_colon = std::string_view(text).substr(0, text.find('#')).find(':') != npos;
  if (!has_colon && text.find("//") == std::string::npos) text.insert(0, "git+ssh://");
  return text;
}

std::optional<Url> parse_git_url(std::string_view text) {
  const std::string with = with_scheme(text);
  if (std::optional<Url> url = parse_url(with)) return url;
  return parse_url(from_ssh_form(with));
}

std::optional<Repository> extract_shortcut(const Url& url) {
  std::string_view path = url.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (const std::size_t at = path.find('@'); at != npos) path.remove_prefix(at + 1);
  const std::size_t slash = path.rfind('/');
  if (slash == npos) return Repository{"", path, url.fragment};
  return Repository{path.substr(0, slash), path.substr(slash + 1), url.fragment};
}

// What a repository's name may hold for it to be put into a URL and handed to git.
bool is_safe_name(std::string_view name) {
  for (std::string_view segment : split(name, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || std::string_view("\"#%<>?@\\^`{|}").find(c) != npos;
  });
}

// A slash too many would name another repository: the host reads what follows as one of its pages.
bool is_user(const Host& host, std::string_view user) {
  return is_safe_name(user) && (host.has_groups || user.find('/') == npos);
}

std::string auth_of(const Url& url) {
  const bool keeps_auth = url.scheme != "ssh" && url.scheme != "git+ssh";
  if (!keeps_auth || (url.username.empty() && url.password.empty())) return "";
  return url.username + (url.password.empty() ? "" : ":" + url.password) + "@";
}

std::string canonical_url(const Host& host, const Url& url, bool is_shortcut, std::string_view user,
                          std::string_view project) {
  const std::string path =
      host.has_users ? fmt::format("{}/{}", user, project) : std::string(project);
  if (!is_shortcut && (url.scheme == "ssh" || url.scheme == "git+ssh")) {
    return fmt::format("git+ssh://git@{}/{}.git", host.domain, path);
  }
  const std::string auth =
      is_shortcut || !host.has_users || host.https_ending.empty() ? "" : auth_of(url);
  return fmt::format("git+https://{}{}/{}{}", auth, host.domain, path, host.https_ending);
}

}  // namespace

std::optional<HostedGit> parse_hosted_git(std::string_view text) {
  const bool shorthand = is_github_shorthand(text);
  const std::optional<Url> url =
      parse_git_url(shorthand ? fmt::format("github:{}", text) : std::string(text));
  if (!url) return std::nullopt;
  const Host* host = host_by(&Host::shortcut, url->scheme);
  const bool is_shortcut = host != nullptr;
  if (!is_shortcut) {
    std::string_view domain = url->host;
    if (domain.starts_with("www.")) domain.remove_prefix(4);
    host = host_by(&Host::domain, domain);
    if (host == nullptr) return std::nullopt;
    if (std::find(host->schemes.begin(), host->schemes.end(), url->scheme) == host->schemes.end())
      return std::nullopt;
  }
  const std::optional<Repository> found =
      is_shortcut ? extract_shortcut(*url) : host->extract(*url);
  if (!found) return std::nullopt;
  const std::optional<std::string> user = decode_component(found->user);
  const std::optional<std::string> project = decode_component(found->project);
  const std::optional<std::string> committish = decode_component(found->committish);
  if (!user || !project || !committish) return std::nullopt;
  const std::string_view name = is_shortcut ? without_git_ending(*project) : *project;
  const bool is_whole = is_safe_name(name) && (!host->has_users || is_user(*host, *user));
  return HostedGit{is_whole ? canonical_url(*host, *url, is_shortcut, *user, name) : "",
                   *committish};
}

}  // namespace lpm::manifest
