#include "ops/migrate/choose_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "ops/install/also.h"
#include "os/files.h"
#include "os/git_query.h"

namespace lpm::ops::migrate {
namespace {

using foreign::Format;

// By rank: of two that are equally new the first counts. Yarn's format is told by the text.
constexpr auto kSearched =
    std::to_array<Format>({Format::Pnpm, Format::Bun, Format::YarnBerry, Format::Shrinkwrap,
                           Format::PackageLock, Format::BunBinary});

struct Candidate {
  std::string name;
  std::int64_t mtime_ns = 0;
  std::optional<std::int64_t> committed;  // seconds
};

std::vector<Candidate> candidates(const Session& session) {
  std::vector<Candidate> found;
  const auto has = [&](Format format) {
    return std::any_of(found.begin(), found.end(), [&](const Candidate& one) {
      return one.name == foreign::file_name_of(format);
    });
  };
  for (const Format format : kSearched) {
    // A tool that finds both of its own reads the other one.
    if (format == Format::PackageLock && has(Format::Shrinkwrap)) continue;
    if (format == Format::BunBinary && !found.empty()) continue;
    const std::string name(foreign::file_name_of(format));
    const os::FileStamp stamp = os::stamp(session.project + "/" + name);
    if (stamp.type != os::FileType::Regular || install::is_own(session.project, name)) continue;
    found.push_back({name, stamp.mtime_ns, std::nullopt});
  }
  return found;
}

std::optional<std::int64_t> commit_time(const Session& session, const std::string& name) {
  const Result<os::ChildResult> ran = os::ask_git(
      session.project, session.environment,
      {"log", "--no-show-signature", "-1", "--no-ext-diff", "--format=%ct", "--", name});
  if (!ran || ran->status != 0) return std::nullopt;
  const auto seconds = parse_decimal(trim(ran->out));
  if (!seconds) return std::nullopt;
  return static_cast<std::int64_t>(*seconds);
}

// Index of the newest.
std::size_t choose(const Session& session, std::vector<Candidate>& found) {
  for (Candidate& candidate : found) candidate.committed = commit_time(session, candidate.name);
  const bool all_committed = std::all_of(
      found.begin(), found.end(), [](const Candidate& one) { return one.committed.has_value(); });
  const auto is_older = [&](const Candidate& a, const Candidate& b) {
    return all_committed ? *a.committed < *b.committed : a.mtime_ns < b.mtime_ns;
  };
  const auto newest = std::max_element(found.begin(), found.end(), is_older);
  std::vector<std::string> others;
  for (const Candidate& candidate : found)
    if (&candidate != &*newest) others.push_back(fmt::format("`{}`", candidate.name));
  session.reporter.note(fmt::format("`{}` counts, being newer than {}{}", newest->name,
                                    join(others, " and "), all_committed ? " in git" : ""));
  return static_cast<std::size_t>(newest - found.begin());
}

Result<ForeignFile> read_as(const std::string& path, std::string name, Format format) {
  ForeignFile file{format, std::move(name), {}};
  if (format == Format::BunBinary) return file;  // refused by its reader, unread
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(path));
  if (!text)
    return Error(ErrorCode::NO_LOCKFILE, fmt::format("there is no `{}`", file.name)).at(path);
  file.text = *std::move(text);
  return file;
}

bool is_yarn(Format format) {
  return format == Format::YarnBerry || format == Format::YarnClassic;
}

}  // namespace

Result<std::optional<ForeignFile>> find_lockfile(const Session& session) {
  std::vector<Candidate> found = candidates(session);
  if (found.empty()) return std::optional<ForeignFile>();
  const std::string name = found[found.size() == 1 ? 0 : choose(session, found)].name;
  LPM_TRY_ASSIGN(ForeignFile file,
                 read_as(session.project + "/" + name, name, *foreign::format_of(name, "")));
  file.format = *foreign::format_of(name, file.text);
  return std::optional<ForeignFile>(std::move(file));
}

Result<ForeignFile> open_lockfile(const Session& session, const std::string& from) {
  if (const auto format = foreign::format_named(from)) {
    const std::string name(foreign::file_name_of(*format));
    LPM_TRY_ASSIGN(ForeignFile file, read_as(session.project + "/" + name, name, *format));
    if (is_yarn(*format) && foreign::format_of(name, file.text) != *format)
      return Error(ErrorCode::USAGE, fmt::format("`{}` is not of the format `{}`", name, from))
          .hint("leave `--from` out");
    return file;
  }
  const auto format = foreign::format_of(from, "");
  if (!format)
    return Error(ErrorCode::USAGE, fmt::format("`{}` is neither a format nor a lockfile", from))
        .fact("formats", "package-lock, npm-shrinkwrap, yarn-classic, yarn-berry, pnpm-lock, bun")
        .hint("name a file as its tool does, for example `--from old/yarn.lock`");
  const std::string path = from.starts_with('/') ? from : session.initial_directory + "/" + from;
  LPM_TRY_ASSIGN(ForeignFile file, read_as(path, from, *format));
  file.format = *foreign::format_of(from, file.text);
  return file;
}

}  // namespace lpm::ops::migrate
