#include "ops/pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/config.h"
#include "manifest/hosted_git.h"
#include "manifest/manifest.h"
#include "ops/package_fields.h"
#include "ops/published.h"
#include "os/process.h"

namespace lpm::ops {
namespace {

using formats::json::Value;

std::string text_or_url(const Value* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return value->string;
  return std::string(value->text_at("url").value_or(""));
}

// `git+ssh://git@host/path.git`, `git@host:path` and the like as the page of the repository.
std::string page_of_repository(const Value& manifest) {
  std::string text = text_or_url(manifest.find("repository"));
  if (const auto hosted = manifest::parse_hosted_git(text); hosted && !hosted->url.empty())
    text = hosted->url;
  if (text.starts_with("git+")) text.erase(0, 4);
  if (text.starts_with("git://")) text.replace(0, 6, "https://");
  if (text.starts_with("ssh://git@")) text.replace(0, 10, "https://");
  if (const std::size_t hash = text.find('#'); hash != text.npos) text.resize(hash);
  if (text.ends_with(".git")) text.resize(text.size() - 4);
  return web_page(text);
}

std::string folder_in_repository(const Value& manifest) {
  const Value* repository = manifest.find("repository");
  if (repository == nullptr) return "";
  const std::string folder(repository->text_at("directory").value_or(""));
  const bool is_plain = folder.find("..") == folder.npos && !folder.starts_with('/');
  return is_plain ? folder : "";
}

std::string_view spoken(Page page) {
  switch (page) {
    case Page::Documentation:
      return "neither `homepage` nor `repository`";
    case Page::Repository:
      return "no `repository`";
    case Page::Issues:
      return "neither `bugs` nor `repository`";
  }
  return "";
}

}  // namespace

std::string web_page(std::string_view text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("\"'`<>\\^{|}").find(c) == std::string_view::npos;
  });
  const auto url = config::Url::parse(text);
  const bool is_web = url && (url->scheme == "https" || url->scheme == "http") &&
                      (text.starts_with("https://") || text.starts_with("http://"));
  const std::string_view rest = is_web ? text.substr(text.find("//") + 2) : "";
  const bool has_user = rest.substr(0, rest.find_first_of("/?#")).find('@') != rest.npos;
  return is_plain && is_web && !has_user ? std::string(text) : std::string();
}

std::string page_of(const Value& manifest, Page page) {
  const std::string repository = page_of_repository(manifest);
  if (page == Page::Repository) {
    const std::string folder = folder_in_repository(manifest);
    const std::string whole = web_page(repository + "/tree/HEAD/" + folder);
    return repository.empty() || folder.empty() || whole.empty() ? repository : whole;
  }
  const bool is_issues = page == Page::Issues;
  const std::string named = web_page(text_or_url(manifest.find(is_issues ? "bugs" : "homepage")));
  if (!named.empty() || repository.empty()) return named;
  return repository + (is_issues ? "/issues" : "#readme");
}

Result<std::string> find_page(const Session& session, const std::string& wish, Page page) {
  std::string url;
  if (wish.empty() || wish == ".") {
    LPM_TRY_ASSIGN(const auto manifests, chosen_manifests(session, {}));
    url = page_of(manifests.front().root, page);
  } else {
    LPM_TRY_ASSIGN(const auto versions, published_versions(session, wish));
    url = page_of(versions.back().data, page);
  }
  if (!url.empty()) return url;
  return Error(ErrorCode::BAD_MANIFEST,
               fmt::format("{} names {} on the web",
                           wish.empty() ? "package.json" : "`" + wish + "`", spoken(page)))
      .hint("pages begin with https:// or http://");
}

bool open_page(const Session& session, const std::string& url) {
  std::string program = session.settings.text("browser");
  if (program == "true") program.clear();
  std::string path_list;
  for (const auto& [name, value] : session.environment)
    if (name == "PATH") path_list = value;
  for (const std::string_view candidate : {"xdg-open", "open"})
    if (program.empty() && os::find_executable(candidate, path_list)) program = candidate;
  if (program.empty()) return false;
  os::ChildOptions child;
  child.argv = {program, url};
  child.environment = session.environment;
  child.capture_output = true;
  const auto result = os::run_child(child);
  return result && result->status == 0;
}

}  // namespace lpm::ops
