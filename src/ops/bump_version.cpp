#include "ops/bump_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "formats/json.h"
#include "ops/install/project.h"
#include "ops/script_context.h"
#include "ops/scripts.h"
#include "ops/transaction.h"
#include "os/git_query.h"
#include "os/os.h"
#include "semver/semver.h"

namespace lpm::ops {
namespace {

using semver::Version;

constexpr std::string_view kNpmsLockfile = "package-lock.json";

bool keeps_npms_lockfile(const Session& session) {
  const std::vector<std::string> also = session.settings.list("lockfile-also");
  return std::find(also.begin(), also.end(), "package-lock") != also.end();
}

// `beta.2` -> `beta.3`; without a number at the end, `.0` is added; another identifier starts anew.
std::string next_prerelease(const std::string& current, std::string_view preid) {
  const std::string start = preid.empty() ? "0" : fmt::format("{}.0", preid);
  if (current.empty()) return start;
  std::vector<std::string> parts;
  for (const std::string_view part : split(current, '.')) parts.emplace_back(part);
  if (!preid.empty() && parts.front() != preid) return start;
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (const auto number = parse_decimal(parts[i])) {
      parts[i] = std::to_string(*number + 1);
      return join(parts, ".");
    }
  }
  if (!preid.empty() && parts.size() == 1) return start;
  return join(parts, ".") + ".0";
}

void begin_next(Version& version, std::string_view part) {
  if (part == "major") version = Version{version.major + 1, 0, 0, "", ""};
  if (part == "minor") version = Version{version.major, version.minor + 1, 0, "", ""};
  if (part == "patch") version = Version{version.major, version.minor, version.patch + 1, "", ""};
}

Result<int> run_git(const Session& session, std::vector<std::string> arguments) {
  os::ChildOptions options;
  options.argv = {"git"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.directory = session.package_folder();
  options.environment = session.environment;
  options.capture_output = true;
  LPM_TRY_ASSIGN(const os::ChildResult child, os::run_child(options));
  return child.status;
}

Result<bool> is_clean(const Session& session) {
  LPM_TRY_ASSIGN(const os::ChildResult child,
                 os::ask_git(session.package_folder(), session.environment,
                             {"status", "--porcelain", "--untracked-files=no"}));
  return child.status == 0 && trim(child.out).empty();
}

// npm's lockfile holds the version, too; git may have been told to ignore it.
Result<bool> has_npms_lockfile(const Session& session) {
  LPM_TRY_ASSIGN(const int status,
                 run_git(session, {"ls-files", "--error-unmatch", std::string(kNpmsLockfile)}));
  return status == 0;
}

Status commit_and_tag(const Session& session, const BumpOptions& options,
                      const std::string& version) {
  const std::string tag = options.tag_prefix + version;
  const std::string message =
      replace_all(options.message.empty() ? "%s" : options.message, "%s", version);
  std::vector<std::string> commit = {"commit", "-m", message};
  if (!options.commit_hooks) commit.emplace_back("--no-verify");
  if (options.sign_commit) commit.emplace_back("--gpg-sign");
  std::vector<std::string> add = {"add", "package.json"};
  LPM_TRY_ASSIGN(const bool with_lockfile, has_npms_lockfile(session));
  if (with_lockfile && keeps_npms_lockfile(session)) add.emplace_back(kNpmsLockfile);
  const std::vector<std::vector<std::string>> steps = {
      add, commit, {"tag", options.sign_tag ? "-s" : "-a", tag, "-m", message}};
  for (const std::vector<std::string>& step : steps) {
    LPM_TRY_ASSIGN(const int status, run_git(session, step));
    if (status != 0)
      return Error(ErrorCode::SCRIPT, fmt::format("`git {}` failed", step.front()))
          .hint("package.json holds the new version; `--no-git-tag-version` leaves git alone");
  }
  return {};
}

Status run_version_script(const Session& session, std::string_view event) {
  LPM_TRY_ASSIGN(const manifest::Manifest manifest, read_project_manifest(session));
  if (!has_script(manifest, event) || session.settings.flag("ignore-scripts")) return {};
  LPM_TRY_ASSIGN(const int status,
                 tasks::run_script(script_context(session, manifest, session.package_folder()),
                                   event, {}, true));
  if (status == 0) return {};
  Error error(ErrorCode::SCRIPT, fmt::format("the script `{}` failed", event));
  error.exit_status = status;
  return error;
}

// The text of npm's lockfile with the new version of the project or member at `path` (`.`).
// Whatever else it says is for an install to look at.
Result<std::string> with_version(const std::string& text, const std::string& path,
                                 const std::string& version) {
  LPM_TRY_ASSIGN(formats::json::Editor editor,
                 formats::json::Editor::open(text, std::string(kNpmsLockfile)));
  const std::array<std::string_view, 1> top = {"version"};
  const std::string_view key = path == "." ? std::string_view() : std::string_view(path);
  const std::array<std::string_view, 3> place = {"packages", key, "version"};
  if (path == ".") LPM_TRY(editor.set(top, formats::json::quote(version)));
  LPM_TRY(editor.set(place, formats::json::quote(version)));
  return std::string(editor.text());
}

// Kept up to date by every command that changes what it says (`lockfile-also`).
Status replace_in_npms_lockfile(const Session& session, const std::string& path,
                                const std::string& version, Transaction& transaction) {
  if (!keeps_npms_lockfile(session)) return {};
  LPM_TRY_ASSIGN(const std::optional<std::string> text,
                 os::read_file_if_exists(fmt::format("{}/{}", session.project, kNpmsLockfile)));
  if (!text) return {};
  // One that cannot be read, an install will write anew.
  const Result<std::string> changed = with_version(*text, path, version);
  return changed ? transaction.replace(std::string(kNpmsLockfile), *changed) : Status();
}

Status write_version(const Session& session, const std::string& version) {
  using formats::json::Editor;
  LPM_TRY_ASSIGN(const os::FileLock lock,
                 install::lock_project(session, "version", session.settings.flag("wait")));
  const std::string file = session.package_folder() + "/package.json";
  LPM_TRY_ASSIGN(const std::string text, os::read_file(file));
  LPM_TRY_ASSIGN(Editor editor, Editor::open(text, "package.json"));
  const std::array<std::string_view, 1> path = {"version"};
  LPM_TRY(editor.set(path, formats::json::quote(version)));
  Transaction transaction(session.project, "version " + version);
  LPM_TRY(transaction.replace(file.substr(session.project.size() + 1), editor.text()));
  const std::string folder = session.package_folder();
  const std::string member =
      folder == session.project ? "." : folder.substr(session.project.size() + 1);
  LPM_TRY(replace_in_npms_lockfile(session, member, version, transaction));
  LPM_TRY(transaction.begin());
  return transaction.commit();
}

}  // namespace

Result<std::string> next_version(std::string_view current, std::string_view wish,
                                 std::string_view preid) {
  if (const auto exact = Version::parse(wish, semver::Mode::Loose)) return exact->to_string();
  std::optional<Version> version = Version::parse(current, semver::Mode::Loose);
  if (!version)
    return Error(ErrorCode::BAD_MANIFEST,
                 fmt::format("`{}` in package.json is not a version", current));
  const bool was_prerelease = version->has_prerelease();
  if (wish == "prerelease") {
    if (!was_prerelease) ++version->patch;
    version->prerelease = next_prerelease(version->prerelease, preid);
  } else if (wish == "premajor" || wish == "preminor" || wish == "prepatch") {
    version->prerelease.clear();
    begin_next(*version, wish.substr(3));
    version->prerelease = next_prerelease("", preid);
  } else if (wish == "major" || wish == "minor" || wish == "patch") {
    // 2.0.0-beta.1 is on its way to 2.0.0: raising it to the same level only drops the prerelease.
    const bool arrives =
        was_prerelease && (wish == "patch" || (wish == "minor" && version->patch == 0) ||
                           (wish == "major" && version->minor == 0 && version->patch == 0));
    version->prerelease.clear();
    if (!arrives) begin_next(*version, wish);
  } else {
    return Error(ErrorCode::USAGE, fmt::format("`{}` is neither a version nor a step", wish))
        .fact("steps", "patch, minor, major, prepatch, preminor, premajor, prerelease");
  }
  return version->to_string();
}

Result<Bumped> bump_version(const Session& session, const BumpOptions& options) {
  LPM_TRY_ASSIGN(const manifest::Manifest manifest, read_project_manifest(session));
  Bumped bumped;
  bumped.from = manifest.version.empty() ? "0.0.0" : manifest.version;
  LPM_TRY_ASSIGN(bumped.to, next_version(bumped.from, options.wish, options.preid));
  if (bumped.to == bumped.from && !options.allow_same)
    return Error(ErrorCode::USAGE, fmt::format("the version is {} already", bumped.to))
        .hint("`--allow-same-version` accepts it");
  const bool use_git = options.git && os::exists(session.package_folder() + "/.git");
  const bool takes_changes_along = session.settings.flag("force");
  if (use_git && !takes_changes_along) {
    LPM_TRY_ASSIGN(const bool clean, is_clean(session));
    if (!clean)
      return Error(ErrorCode::USAGE, "the git work tree has changes that are not committed")
          .hint("commit them, or run with `--no-git-tag-version` or `--force`");
  }
  LPM_TRY(run_version_script(session, "preversion"));
  LPM_TRY(write_version(session, bumped.to));
  LPM_TRY(run_version_script(session, "version"));
  if (use_git) {
    LPM_TRY(commit_and_tag(session, options, bumped.to));
    bumped.committed = true;
  }
  LPM_TRY(run_version_script(session, "postversion"));
  return bumped;
}

}  // namespace lpm::ops
