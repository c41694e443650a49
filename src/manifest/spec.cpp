// Order of the questions as npm-package-arg asks them: path, alias, hosted git, URL, path with
// slashes or an archive's ending, else registry (version, range, tag).
#include "manifest/spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::manifest {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// `.`, `~/`, `/`, or a drive letter.
bool looks_like_path(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '.' || text.front() == '/' || text.starts_with("~/")) return true;
  return text.size() > 1 && is_letter(text[0]) && text[1] == ':';
}

bool has_archive_ending(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  return lower.ends_with(".tgz") || lower.ends_with(".tar.gz") || lower.ends_with(".tar");
}

// `[git+]letters:`
bool looks_like_url(std::string_view text) {
  if (starts_with_ignoring_case(text, "git+")) text.remove_prefix(4);
  std::size_t i = 0;
  while (i < text.size() && is_letter(text[i])) ++i;
  return i > 0 && i < text.size() && text[i] == ':';
}

// `user@host.name:path`, the short form of ssh.
bool looks_like_scp(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view rest = text.substr(at + 1);
  const std::size_t dot = rest.find_first_of(".:");
  if (dot == std::string_view::npos || rest[dot] != '.' || dot == 0) return false;
  const std::size_t colon = rest.find(':', dot);
  return colon != std::string_view::npos && colon > dot + 1 && colon + 1 < rest.size();
}

struct GitHost {
  std::string_view prefix;  // "github:"
  std::string_view domain;
};
constexpr std::array kGitHosts = {GitHost{"github:", "github.com"},
                                  GitHost{"gitlab:", "gitlab.com"},
                                  GitHost{"bitbucket:", "bitbucket.org"}};

void split_fragment(std::string_view text, GitSpec& spec, std::string& url) {
  const std::size_t hash = text.find('#');
  url = text.substr(0, hash);
  if (hash == std::string_view::npos) return;
  for (std::string_view part : split(text.substr(hash + 1), '&')) {
    if (part.starts_with("path:"))
      spec.path = part.substr(5);
    else
      spec.committish = part;
  }
}

// `user/repository`, each part plain.
bool is_repository_path(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
  if (text.find('/', slash + 1) != std::string_view::npos) return false;
  return text.find_first_of(" \t@:") == std::string_view::npos && text.front() != '-';
}

std::optional<GitSpec> hosted_git(std::string_view text) {
  for (const GitHost& host : kGitHosts) {
    if (!text.starts_with(host.prefix)) continue;
    GitSpec spec;
    std::string path;
    split_fragment(text.substr(host.prefix.size()), spec, path);
    if (path.ends_with(".git")) path.resize(path.size() - 4);
    spec.url = fmt::format("git+https://{}/{}.git", host.domain, path);
    return spec;
  }
  if (text.starts_with("gist:")) {
    GitSpec spec;
    std::string id;
    split_fragment(text.substr(5), spec, id);
    spec.url = fmt::format("git+https://gist.github.com/{}.git", id);
    return spec;
  }
  GitSpec spec;
  std::string path;
  split_fragment(text, spec, path);
  if (!is_repository_path(path)) return std::nullopt;
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  spec.url = fmt::format("git+https://github.com/{}.git", path);
  return spec;
}

std::optional<GitSpec> git_url(std::string_view text) {
  const bool is_git = starts_with_ignoring_case(text, "git+") ||
                      starts_with_ignoring_case(text, "git:") ||
                      starts_with_ignoring_case(text, "ssh:");
  const bool is_scp = looks_like_scp(text) && text.find("://") == std::string_view::npos;
  // A plain https URL of a known host's repository is a repository, not a tarball.
  bool is_hosted_page = false;
  for (const GitHost& host : kGitHosts) {
    const std::string start = fmt::format("https://{}/", host.domain);
    if (!text.starts_with(start)) continue;
    std::string_view path = text.substr(start.size());
    path = path.substr(0, path.find('#'));
    is_hosted_page = std::count(path.begin(), path.end(), '/') == 1 && !has_archive_ending(path);
  }
  if (!is_git && !is_scp && !is_hosted_page) return std::nullopt;
  GitSpec spec;
  split_fragment(text, spec, spec.url);
  if (is_scp) spec.url = "git+ssh://" + spec.url;
  if (!starts_with_ignoring_case(spec.url, "git+")) spec.url = "git+" + spec.url;
  return spec;
}

bool is_tag(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool word = is_letter(c) || (c >= '0' && c <= '9');
    return word || std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
  });
}

Error bad_spec(std::string_view name, std::string_view text, std::string_view why) {
  return Error(ErrorCode::BAD_SPEC, fmt::format("`{}` is not a specifier for `{}`", text, name))
      .fact("because", std::string(why));
}

Result<SpecKind> registry_kind(std::string_view name, std::string_view text) {
  if (std::optional<semver::Range> range = semver::Range::parse(text, semver::Mode::Loose))
    return SpecKind(RangeSpec{std::move(*range)});
  const std::string_view tag = trim(text);
  if (!is_tag(tag)) return bad_spec(name, text, "it is no version, range, tag, URL or path");
  return SpecKind(TagSpec{std::string(tag)});
}

WorkspaceSpec workspace_spec(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return {std::string(text), ""};
  return {std::string(text.substr(at + 1)), std::string(text.substr(0, at))};
}

Result<DependencySpec> alias_spec(std::string_view name, std::string_view text) {
  const std::string_view wish = text.substr(4);
  const std::size_t at = wish.find('@', 1);
  LPM_TRY_ASSIGN(const PackageName target, PackageName::parse(wish.substr(0, at)));
  const std::string_view range = at == std::string_view::npos ? "*" : wish.substr(at + 1);
  if (range.starts_with("npm:"))
    return bad_spec(name, text, "an alias of an alias is not possible");
  if (looks_like_url(range) || range.find('/') != std::string_view::npos || looks_like_path(range))
    return bad_spec(name, text, "an alias names a package of the registry");
  LPM_TRY_ASSIGN(SpecKind kind, registry_kind(name, range.empty() ? "*" : range));
  return DependencySpec{std::string(name), target.str(), std::string(text), std::move(kind)};
}

Result<SpecKind> kind_of(std::string_view name, std::string_view text) {
  if (text.starts_with("workspace:")) return SpecKind(workspace_spec(text.substr(10)));
  if (text.starts_with("catalog:")) return SpecKind(CatalogSpec{std::string(trim(text.substr(8)))});
  if (text.starts_with("link:")) return SpecKind(LinkSpec{std::string(text.substr(5))});
  if (starts_with_ignoring_case(text, "file:"))
    return SpecKind(FileSpec{std::string(text.substr(5))});
  if (looks_like_path(text)) return SpecKind(FileSpec{std::string(text)});
  if (std::optional<GitSpec> git = hosted_git(text)) return SpecKind(std::move(*git));
  if (std::optional<GitSpec> git = git_url(text)) return SpecKind(std::move(*git));
  if (looks_like_url(text)) {
    if (starts_with_ignoring_case(text, "https:") || starts_with_ignoring_case(text, "http:"))
      return SpecKind(UrlSpec{std::string(text)});
    return bad_spec(name, text, "URLs of this kind are not supported");
  }
  if (text.find('/') != std::string_view::npos || has_archive_ending(text))
    return SpecKind(FileSpec{std::string(text)});
  return registry_kind(name, text);
}

}  // namespace

Result<DependencySpec> parse_spec(std::string_view name, std::string_view text) {
  LPM_TRY_ASSIGN(const PackageName checked, PackageName::parse(name));
  if (starts_with_ignoring_case(text, "npm:")) return alias_spec(name, text);
  LPM_TRY_ASSIGN(SpecKind kind, kind_of(name, text));
  return DependencySpec{checked.str(), checked.str(), std::string(text), std::move(kind)};
}

Result<PackageArgument> parse_package_argument(std::string_view text) {
  PackageArgument argument;
  const std::size_t at = text.find('@', 1);
  const std::string_view name = text.substr(0, at);
  const bool is_location = looks_like_url(text) || looks_like_scp(text) || looks_like_path(text) ||
                           (!name.starts_with('@') &&
                            (name.find('/') != std::string_view::npos || has_archive_ending(name)));
  if (is_location) {
    argument.spec = text;
    argument.has_spec = true;
    return argument;
  }
  LPM_TRY_ASSIGN(const PackageName checked, PackageName::parse(name));
  argument.name = checked.str();
  if (at != std::string_view::npos) {
    argument.spec = text.substr(at + 1);
    argument.has_spec = true;
  }
  return argument;
}

}  // namespace lpm::manifest
