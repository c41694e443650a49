#include "manifest/git_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/url_password.h"
#include "manifest/hosted_git.h"
#include "manifest/url.h"

namespace lpm::manifest {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kSshScheme = "git+ssh://";

Error bad_git(std::string_view text, std::string_view why) {
  return Error(ErrorCode::BAD_SPEC,
               fmt::format("`{}` is not a usable git specifier", without_password(text)))
      .fact("because", std::string(why));
}

// Neither addresses nor names of commits have them, and behind a NUL git would read nothing.
bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Parts are separated by `::`; one without a colon is the commit, branch or tag.
std::vector<std::string_view> parts_of(std::string_view committish) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = committish.find("::");
    parts.push_back(committish.substr(0, end));
    if (end == npos) return parts;
    committish.remove_prefix(end + 2);
  }
}

Status read_committish(std::string_view text, std::string_view committish, GitSpec& spec) {
  if (committish.empty()) return {};
  for (const std::string_view part : parts_of(committish)) {
    const std::size_t colon = part.find(':');
    if (colon == npos) {
      if (!spec.committish.empty() || !spec.range.empty())
        return bad_git(text, "it names two commits");
      spec.committish = part;
      continue;
    }
    const std::string_view key = part.substr(0, colon);
    const std::string_view value =
        part.substr(colon + 1).substr(0, part.substr(colon + 1).find(':'));
    if (key == "semver") {
      if (!spec.committish.empty() || !spec.range.empty())
        return bad_git(text, "it names two commits");
      const auto range = decode_component(value);
      if (!range) return bad_git(text, "the range behind `semver:` is not well escaped");
      spec.range = *range;
    } else if (key == "path") {
      if (!spec.path.empty()) return bad_git(text, "it names two paths");
      spec.path = value.substr(std::min(value.find_first_not_of('/'), value.size()));
    }
  }
  return {};
}

// `git+ssh://git@host:user/repo.git#branch`: no URL, but the short form of ssh behind a scheme.
std::optional<GitSpec> ssh_form(std::string_view text, std::string_view& committish) {
  if (!text.starts_with(kSshScheme)) return std::nullopt;
  const std::string_view rest = text.substr(kSshScheme.size());
  const std::size_t hash = rest.find('#');
  const std::string_view place = rest.substr(0, hash);
  const std::size_t colon = place.find(':');
  if (colon == npos || colon == 0 || colon + 1 == place.size()) return std::nullopt;
  // With a slash before the colon git would take it for a path on this machine.
  const std::string_view host = place.substr(0, colon);
  const bool is_odd = std::any_of(host.begin(), host.end(),
                                  [](char c) { return c <= ' ' || c >= 0x7f || c == '/'; });
  if (is_odd) return std::nullopt;
  // `:22`, `:22/path` is a port, at any colon.
  for (std::size_t at = colon; at != npos; at = place.find(':', at + 1)) {
    const std::size_t end = std::min(place.find_first_not_of("0123456789", at + 1), place.size());
    if (end > at + 1 && (end == place.size() || place[end] == '/')) return std::nullopt;
  }
  if (hash != npos) committish = rest.substr(hash + 1);
  if (committish.find_first_of("\n\r") != npos) return std::nullopt;
  return GitSpec{std::string(place), {}, {}, {}};
}

// `ext::sh -c ...` calls a helper of git, `file:///a` is a URL to it.
bool is_no_short_form_to_git(std::string_view place) {
  constexpr std::string_view kOfSchemes =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  const std::size_t colon = place.find_first_not_of(kOfSchemes);
  if (colon == npos || place[colon] != ':') return false;
  const std::string_view behind = place.substr(colon + 1);
  return behind.starts_with(':') || behind.starts_with("//");
}

bool is_git_scheme(std::string_view scheme) {
  constexpr std::string_view kSchemes[] = {"git",     "git+http", "git+https", "git+rsync",
                                           "git+ftp", "git+file", "git+ssh"};
  return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
}

constexpr std::string_view kSchemeLetters = "abcdefghijklmnopqrstuvwxyz+";

// A host that git or ssh would take for an option; with ssh, also a user.
bool looks_like_option(std::string_view url) {
  const std::size_t colon = url.find("://");
  const bool has_scheme = colon != npos && url.find_first_not_of(kSchemeLetters) == colon;
  const bool is_ssh = !has_scheme || url.substr(0, colon).ends_with("ssh");
  if (has_scheme) url.remove_prefix(colon + 3);
  const std::string_view authority = url.substr(0, url.find('/'));
  const std::size_t at = authority.rfind('@');
  return (is_ssh && authority.starts_with('-')) ||
         authority.substr(at == npos ? 0 : at + 1).starts_with('-');
}

}  // namespace

Result<std::optional<GitSpec>> parse_git_spec(std::string_view text) {
  // Most texts are ranges, which have none of the marks of a URL.
  if (text.find_first_of(":/@") == npos) return std::optional<GitSpec>();
  GitSpec spec;
  std::string_view committish;
  std::optional<Url> url;
  const std::optional<HostedGit> hosted = parse_hosted_git(text);
  if (hosted) {
    if (hosted->url.empty()) return bad_git(text, "it names no repository of a user");
    spec.url = hosted->url;
    committish = hosted->committish;
  } else if (text.starts_with(kSshScheme) && has_control(text)) {
    return bad_git(text, "it holds a control character");
  } else if (auto short_form = ssh_form(text, committish)) {
    spec = std::move(*short_form);
    if (is_no_short_form_to_git(spec.url)) return bad_git(text, "it is no address of ssh to git");
  } else {
    url = has_url_scheme(text) ? parse_url(text) : std::nullopt;
    if (!url || !is_git_scheme(url->scheme)) return std::optional<GitSpec>();
    spec.url = url->text_without_fragment();
    committish = url->fragment;
  }
  if (looks_like_option(spec.url)) return bad_git(text, "its host begins with a hyphen");
  LPM_TRY(read_committish(text, committish, spec));
  if (has_control(committish) || has_control(spec.range))
    return bad_git(text, "there is a control character behind the `#`");
  return std::optional<GitSpec>(std::move(spec));
}

}  // namespace lpm::manifest
