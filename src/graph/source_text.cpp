#include "graph/source_text.h"

#include <algorithm>
#include <vector>

#include "base/glob.h"
#include "base/text.h"
#include "base/url_password.h"

namespace lpm::graph {
namespace {

constexpr std::string_view kFile = "file:";
constexpr std::string_view kLink = "link:";
constexpr std::string_view kPortal = "portal:";
constexpr std::string_view kShortSsh = "git+ssh://";

// `a/./b/../c` as `a/c`. Leading `..` stay; nothing goes above `/`.
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool is_absolute = path.starts_with('/');
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".." || !is_absolute)
      parts.push_back(part);
  }
  std::string text(is_absolute ? "/" : "");
  for (std::size_t i = 0; i < parts.size(); ++i) text.append(i == 0 ? "" : "/").append(parts[i]);
  return text.empty() ? "." : text;
}

// What parse_spec would take apart again.
std::string escaped_range(std::string_view range) {
  std::string text;
  for (const char c : range) {
    if (c == '%')
      text += "%25";
    else if (c == ':')
      text += "%3A";
    else
      text += c;
  }
  return text;
}

std::string git_text(const manifest::GitSpec& git) {
  // The short form of ssh has no scheme of its own.
  std::string text = git.url.find("://") == std::string::npos ? std::string(kShortSsh) : "";
  text += git.url;
  std::string behind = git.committish;
  if (!git.range.empty()) behind += "semver:" + escaped_range(git.range);
  if (!git.path.empty()) behind.append(behind.empty() ? "" : "::").append("path:").append(git.path);
  return behind.empty() ? text : text + "#" + behind;
}

// What stands behind `::path:` or `#path:`.
std::string_view folder_in(std::string_view behind_hash) {
  for (const std::string_view mark : {"::path:", "path:"}) {
    const std::size_t at = behind_hash.find(mark);
    if (at != std::string_view::npos && (at == 0 || mark.starts_with(':')))
      return behind_hash.substr(at + mark.size());
  }
  return {};
}

}  // namespace

std::optional<std::string> source_text(const manifest::SpecKind& kind) {
  if (const auto* file = std::get_if<manifest::FileSpec>(&kind))
    return std::string(file->is_portal ? kPortal : kFile) + file->path;
  if (const auto* link = std::get_if<manifest::LinkSpec>(&kind))
    return std::string(kLink) + link->path;
  if (const auto* url = std::get_if<manifest::UrlSpec>(&kind)) return url->url;
  if (const auto* git = std::get_if<manifest::GitSpec>(&kind)) return git_text(*git);
  return std::nullopt;
}

bool is_path_text(std::string_view text) {
  return text.starts_with(kFile) || text.starts_with(kLink) || text.starts_with(kPortal);
}

std::string rebased(std::string_view text, std::string_view base) {
  const std::size_t prefix = text.find(':') + 1;
  const std::string_view path = text.substr(prefix);
  std::string whole(text.substr(0, prefix));
  if (path.starts_with('/') || path.starts_with("~/")) return whole += without_dots(path);
  return whole += without_dots(std::string(base).append("/").append(path).substr(base.empty()));
}

std::optional<std::string> text_of(const Source& source) {
  switch (source.kind) {
    case SourceKind::Git:
    case SourceKind::Url:
      return source.locator;
    case SourceKind::File:
    case SourceKind::Directory:
    case SourceKind::Link:
      return std::string(kFile) + source.locator;
    case SourceKind::Registry:
    case SourceKind::Workspace:
      break;
  }
  return std::nullopt;
}

bool matches_a_pattern(std::string_view text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [text](const std::string& pattern) {
    return matches_glob(pattern, text, {.only_stars = true});
  });
}

std::string pattern_for(std::string_view text) {
  std::string pattern = without_password(text.substr(0, text.find('#')));
  return text.starts_with("git") ? pattern + "*" : pattern;
}

bool is_same_repository(std::string_view text, const Source& locked) {
  if (locked.kind != SourceKind::Git) return false;
  const auto parts = [](std::string_view whole) {
    const std::size_t hash = std::min(whole.find('#'), whole.size());
    return std::pair(whole.substr(0, hash),
                     folder_in(whole.substr(std::min(hash + 1, whole.size()))));
  };
  const std::string asked = without_password(text);
  return parts(asked) == parts(locked.locator);
}

}  // namespace lpm::graph
