#include "ops/init_project.h"

#include <fmt/format.h>

#include <cerrno>

#include "base/text.h"
#include "formats/json.h"
#include "manifest/manifest.h"
#include "os/files.h"
#include "semver/semver.h"

namespace lpm::ops {
namespace {

// A folder's name as a package name: lower case, what is not admitted becomes `-`.
std::string name_from_folder(std::string_view folder) {
  std::string name;
  for (const char c : to_lower_ascii(folder)) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    name += plain ? c : '-';
  }
  while (!name.empty() && (name.front() == '.' || name.front() == '_' || name.front() == '-'))
    name.erase(0, 1);
  return name.empty() ? "project" : name;
}

// npm's text for a person: `name <address> (page)`.
std::string author_from(const config::Settings& settings) {
  std::string text = settings.text("init-author-name");
  const std::string address = settings.text("init-author-email");
  const std::string page = settings.text("init-author-url");
  if (text.empty()) return text;
  if (!address.empty()) text += fmt::format(" <{}>", address);
  if (!page.empty()) text += fmt::format(" ({})", page);
  return text;
}

Error is_there(const std::string& path) {
  return Error(ErrorCode::IO, "there is a package.json already")
      .at(path)
      .hint("edit it, or run `lpm install`");
}

// In one step, and never over a file that somebody made meanwhile.
Status write_new_file(const std::string& path, std::string_view text) {
  const std::string temporary = fmt::format("{}.{}", path, os::unique_suffix());
  LPM_TRY(os::write_file_atomic(temporary, text, os::Durability::Sync));
  const int problem = os::rename_without_replacing(temporary, path);
  if (problem == 0) return {};
  (void)os::remove_file(temporary);
  return problem == EEXIST ? is_there(path)
                           : system_error(problem, "cannot write `package.json`", path);
}

}  // namespace

InitAnswers default_answers(const Session& session, const std::string& folder) {
  InitAnswers answers;
  answers.name = name_from_folder(folder.substr(folder.rfind('/') + 1));
  const std::string version = session.settings.text("init-version");
  answers.version = version.empty() ? "1.0.0" : version;
  answers.entry = "index.js";
  answers.license = session.settings.text("init-license");
  answers.author = author_from(session.settings);
  return answers;
}

Result<std::string> init_project(const std::string& folder, const InitAnswers& answers) {
  const std::string path = folder + "/package.json";
  if (os::exists(path)) return is_there(path);
  if (const manifest::NameVerdict verdict = manifest::judge_name(answers.name);
      !verdict.valid_for_new)
    return Error(ErrorCode::BAD_NAME,
                 fmt::format("`{}` is not a name for a new package", answers.name))
        .fact("because", join(verdict.problems, "; "));
  if (!semver::Version::parse(answers.version, semver::Mode::Strict))
    return Error(ErrorCode::USAGE, fmt::format("`{}` is not a version", answers.version))
        .hint("for example `1.0.0`");
  formats::json::Writer json;
  json.begin_object().key("name").value(answers.name).key("version").value(answers.version);
  if (!answers.description.empty()) json.key("description").value(answers.description);
  json.key("main").value(answers.entry).key("scripts").begin_object().end_object();
  if (!answers.author.empty()) json.key("author").value(answers.author);
  if (!answers.license.empty()) json.key("license").value(answers.license);
  json.end_object();
  std::string text = json.take();
  LPM_TRY(write_new_file(path, text));
  return text;
}

}  // namespace lpm::ops
