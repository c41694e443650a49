// A repository's package: the commit is asked for, its files are fetched without history, checked
// out with no filters and no hooks, packed as npm would, and imported under the commit.
#include "sources/git.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/url_password.h"
#include "formats/tar.h"
#include "os/files.h"
#include "semver/semver.h"
#include "sources/disk.h"
#include "sources/git_program.h"
#include "sources/git_refs.h"
#include "sources/pack.h"

namespace lpm::sources {
namespace {

// The folder that is worked in, gone afterwards.
class WorkFolder {
 public:
  static Result<WorkFolder> create(const store::Store& store) {
    const std::string parent = store.directory() + "/.staging";
    LPM_TRY(os::make_directories(parent));
    LPM_TRY_ASSIGN(std::string path, os::make_temporary_directory(parent, "git-"));
    return WorkFolder(std::move(path));
  }
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder() {
    if (!path_.empty()) (void)os::remove_tree(path_);
  }
  std::string repository() const { return path_ + "/git"; }
  std::string files() const { return path_ + "/files"; }

 private:
  explicit WorkFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class Fetcher {
 public:
  Fetcher(const Options& options, store::Store& store, Repository repository,
          manifest::GitSpec spec)
      : options_(options),
        store_(store),
        repository_(std::move(repository)),
        spec_(std::move(spec)) {}

  Result<Found> run() && {
    LPM_TRY(find_commit());
    if (!commit_.empty())
      if (auto entry = store_.find(key(), "", "")) return answer(std::move(*entry), false);
    if (options_.offline) return not_in_store();
    LPM_TRY_ASSIGN(const WorkFolder work, WorkFolder::create(store_));
    LPM_TRY(fetch(work));
    LPM_TRY_ASSIGN(store::Entry entry, import(work));
    return answer(std::move(entry), true);
  }

 private:
  Result<std::string> git(const std::string& folder, std::vector<std::string> arguments) const {
    return run_git(options_, repository_, folder, std::move(arguments));
  }

  // Stays empty for an abbreviated commit: the repository must be here to tell.
  Status find_commit() {
    if (is_commit(spec_.committish)) {
      commit_ = spec_.committish;
      return {};
    }
    // npm takes anything for a range, and then finds no tag.
    if (!spec_.range.empty() && !semver::Range::parse(spec_.range))
      return Error(ErrorCode::BAD_SPEC, fmt::format("`{}#semver:{}` is not a usable git specifier",
                                                    repository_.shown, spec_.range))
          .fact("because", "what stands behind `semver:` is no version range");
    if (options_.offline) return not_in_store();
    LPM_TRY_ASSIGN(const std::string listing, git("", {"ls-remote", "--", repository_.url}));
    if (auto commit = commit_of(listing, spec_)) {
      commit_ = *std::move(commit);
      return {};
    }
    if (may_be_short_commit(spec_.committish)) return {};
    return no_such_commit(listing);
  }

  Error no_such_commit(std::string_view listing) const {
    if (!spec_.range.empty())
      return Error(ErrorCode::NO_MATCHING_VERSION,
                   fmt::format("no tag of `{}` matches `{}`", repository_.shown, spec_.range))
          .fact("tags", shown_refs(listing, /*only_tags=*/true));
    const std::string what = spec_.committish.empty()
                                 ? "no default branch"
                                 : fmt::format("no branch, tag or commit `{}`", spec_.committish);
    return Error(ErrorCode::SOURCE_NOT_FOUND, fmt::format("`{}` has {}", repository_.shown, what))
        .fact("branches and tags", shown_refs(listing, /*only_tags=*/false));
  }

  Error not_in_store() const {
    return Error(ErrorCode::OFFLINE,
                 fmt::format("the repository `{}` is not in the store at the wanted commit, and "
                             "`--offline` was given",
                             repository_.shown))
        .hint("run once without `--offline`");
  }

  Status fetch(const WorkFolder& work) {
    LPM_TRY(git("", {"init", "-q", "--bare", "--template=", "--", work.repository()}));
    // Most servers hand out any commit they know; others only whole branches.
    const bool has_commit =
        !commit_.empty() && git(work.repository(), {"fetch", "-q", "--depth=1", "--no-tags", "--",
                                                    repository_.url, commit_});
    if (!has_commit)
      LPM_TRY(git(work.repository(), {"fetch", "-q", "--no-tags", "--", repository_.url,
                                      "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"}));
    const std::string& wanted = commit_.empty() ? spec_.committish : commit_;
    Result<std::string> commit = git(work.repository(), {"rev-parse", "-q", "--verify",
                                                         "--end-of-options", wanted + "^{commit}"});
    if (!commit) return no_such_commit("");
    commit_ = commit->substr(0, commit->find('\n'));
    LPM_TRY(os::make_directory(work.files()));
    // The user's configuration may have filters that run programs, and other line ends.
    Options plain = options_;
    plain.environment.erase(
        std::remove_if(plain.environment.begin(), plain.environment.end(),
                       [](const auto& entry) { return entry.first.starts_with("GIT_CONFIG"); }),
        plain.environment.end());
    plain.environment.emplace_back("GIT_CONFIG_GLOBAL", "/dev/null");
    plain.environment.emplace_back("GIT_CONFIG_NOSYSTEM", "1");
    LPM_TRY(run_git(plain, repository_, work.repository(),
                    {"--work-tree=" + work.files(), "checkout", "-q", "-f", commit_, "--", "."}));
    return {};
  }

  // The package's folder: where no link leads out of the repository.
  Result<std::string> package_folder(const WorkFolder& work) const {
    if (spec_.path.empty()) return work.files();
    LPM_TRY_ASSIGN(const auto path, formats::SafeRelativePath::parse(spec_.path));
    const std::string folder = work.files() + "/" + path.str();
    const auto real = os::real_path(folder);
    const auto top = os::real_path(work.files());
    if (!real || !top || !real->starts_with(*top + "/") ||
        os::stamp(*real).type != os::FileType::Directory)
      return Error(ErrorCode::SOURCE_NOT_FOUND,
                   fmt::format("`{}` has no folder `{}`", repository_.shown, path.str()))
          .fact("commit", commit_);
    return *real;
  }

  Result<store::Entry> import(const WorkFolder& work) {
    LPM_TRY_ASSIGN(const std::string folder, package_folder(work));
    const std::string file = folder + "/package.json";
    if (os::stamp_link(file).type != os::FileType::Regular)
      return Error(ErrorCode::BAD_SOURCE,
                   fmt::format("`{}` has no package.json", repository_.shown))
          .fact("commit", commit_);
    LPM_TRY_ASSIGN(const std::string text, os::read_file(file));
    LPM_TRY_ASSIGN(const std::vector<PackedFile> files, files_to_pack(folder, pack_facts(text)));
    LPM_TRY_ASSIGN(const PaddedBuffer archive, archive_of(folder, files));
    return store_.import_files(archive.bytes(), key(), {});
  }

  std::string locator() const {
    // The short form of ssh has no scheme of its own.
    std::string text = spec_.url.find("://") == std::string::npos ? "git+ssh://" : "";
    text.append(without_password(spec_.url)).append("#").append(commit_);
    return spec_.path.empty() ? text : text + "::path:" + spec_.path;
  }

  crypto::Sha512 key() const { return *store_key({graph::SourceKind::Git, locator()}); }

  Result<Found> answer(store::Entry entry, bool downloaded) const {
    LPM_TRY_ASSIGN(Found found, found_in(std::move(entry), {}, repository_.shown));
    found.source = {graph::SourceKind::Git, locator()};
    found.downloaded = downloaded;
    found.warning = warning_about(found);
    return found;
  }

  // Whose main file only a script would make.
  std::string warning_about(const Found& found) const {
    const auto text = os::read_file(found.entry.directory + "/package.json");
    const PackFacts facts = pack_facts(text ? std::string_view(*text) : "{}");
    if (!facts.has_prepare) return "";
    std::string main = facts.main.empty() ? "index.js" : facts.main;
    while (main.starts_with("./")) main.erase(0, 2);
    const auto is_there = [&](std::string_view path) {
      return std::any_of(found.entry.index.files.begin(), found.entry.index.files.end(),
                         [&](const store::IndexedFile& file) { return file.path == path; });
    };
    if (is_there(main) || is_there(main + ".js") || is_there(main + "/index.js")) return "";
    return fmt::format(
        "`{}` from `{}` has no `{}`: its `prepare` script would make it, and is not run",
        found.packument->name(), repository_.shown, main);
  }

  const Options& options_;
  store::Store& store_;
  const Repository repository_;
  const manifest::GitSpec spec_;
  std::string commit_;
};

}  // namespace

// A commit says what the files are; the address, whom to believe it.
std::optional<crypto::Sha512> store_key(const graph::Source& source) {
  if (source.kind != graph::SourceKind::Git) return std::nullopt;
  return crypto::sha512(as_bytes("git 1 " + source.locator));
}

Result<Found> find_in_git(const Options& options, store::Store& store, const std::string& text) {
  LPM_TRY_ASSIGN(const manifest::DependencySpec parsed, manifest::parse_unnamed_spec(text));
  const auto* git = std::get_if<manifest::GitSpec>(&parsed.kind);
  if (git == nullptr)
    return Error(ErrorCode::BAD_SPEC, "`" + without_password(text) + "` names no repository");
  return Fetcher(options, store, repository_of(options, git->url), *git).run();
}

}  // namespace lpm::sources
