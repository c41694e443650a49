#include "foreign/lock_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "semver/semver.h"

namespace lpm::foreign {
namespace {

constexpr std::size_t kLongestShown = 120;

std::string shown(std::string_view text) {
  if (text.size() <= kLongestShown) return std::string(text);
  return std::string(text.substr(0, kLongestShown)) + "...";
}

bool is_git_address(std::string_view text) {
  return text.starts_with("git+") || text.starts_with("git://") || text.starts_with("git@") ||
         text.starts_with("ssh://");
}

}  // namespace

Error bad_lockfile(std::string_view file_name, std::uint32_t line, std::string problem) {
  return Error(ErrorCode::BAD_FOREIGN_LOCKFILE,
               fmt::format("`{}` is not understood: {}", file_name, printable(problem)))
      .at(line == 0 ? std::string(file_name) : fmt::format("{}:{}", file_name, line));
}

Lines::Lines(std::string_view text) {
  begins_.push_back(0);
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    begins_.push_back(at + 1);
}

std::uint32_t Lines::of(std::size_t offset) const {
  const auto behind = std::upper_bound(begins_.begin(), begins_.end(), offset);
  return static_cast<std::uint32_t>(behind - begins_.begin());
}

bool is_web_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

std::optional<graph::Source> source_of(std::string_view text) {
  using graph::SourceKind;
  if (is_git_address(text)) return graph::Source{SourceKind::Git, std::string(text)};
  if (is_web_address(text)) {
    // A repository by https ends in the commit; a tarball has no fragment but the hash of yarn.
    const bool is_git = text.find(".git#") != std::string_view::npos;
    return graph::Source{is_git ? SourceKind::Git : SourceKind::Url, std::string(text)};
  }
  const auto with = [&](std::string_view prefix, SourceKind kind) -> std::optional<graph::Source> {
    if (!text.starts_with(prefix)) return std::nullopt;
    return graph::Source{kind, std::string(text.substr(prefix.size()))};
  };
  if (auto source = with("file:", SourceKind::File)) return source;
  if (auto source = with("link:", SourceKind::Link)) return source;
  if (auto source = with("portal:", SourceKind::Link)) return source;
  return with("workspace:", SourceKind::Workspace);
}

std::optional<NameAndRest> split_at_name(std::string_view text) {
  const std::size_t at = text.find('@', 1);
  if (at == std::string_view::npos) return std::nullopt;
  return NameAndRest{text.substr(0, at), text.substr(at + 1)};
}

std::optional<Alias> alias_of(std::string_view spec) {
  if (!spec.starts_with("npm:")) return std::nullopt;
  spec.remove_prefix(4);
  const auto parts = split_at_name(spec);
  if (parts && graph::is_linkable_name(parts->name)) return Alias{parts->name, parts->rest};
  return std::nullopt;
}

LockBuilder::LockBuilder(Format format, std::string_view version) {
  lock_.format = format;
  lock_.version = printable(shown(version));
}

void LockBuilder::omit(std::string what, std::string reason, std::uint32_t line) {
  lock_.omissions.push_back({printable(what), printable(reason), line});
}

EntryId LockBuilder::add(Entry entry) {
  if (!graph::is_linkable_name(entry.name)) {
    omit(fmt::format("`{}`", shown(entry.name)), "is no package name", entry.line);
    return kNoEntry;
  }
  if (entry.source.is_registry()) {
    const auto version = semver::Version::parse(entry.version, semver::Mode::Strict);
    if (!version) {
      omit(fmt::format("`{}`", entry.name),
           fmt::format("is locked to `{}`, which is no version", shown(entry.version)), entry.line);
      return kNoEntry;
    }
  }
  lock_.entries.push_back(std::move(entry));
  return static_cast<EntryId>(lock_.entries.size() - 1);
}

Importer& LockBuilder::add_importer(std::string path) {
  if (path.empty()) path = ".";
  const auto [at, is_new] = importer_at_.emplace(path, lock_.importers.size());
  if (is_new) lock_.importers.push_back({std::move(path), {}});
  return lock_.importers[at->second];
}

void LockBuilder::set_integrity(Entry& entry, std::string_view text) {
  if (text.empty()) return;
  Result<crypto::Integrity> integrity = crypto::Integrity::parse(text);
  if (integrity) {
    entry.integrity = *std::move(integrity);
  } else {
    omit(fmt::format("the integrity of `{}@{}`", shown(entry.name), shown(entry.version)),
         "is not understood; the registry's is taken", entry.line);
  }
}

ForeignLock LockBuilder::take() {
  const auto by_name = [](const Pattern& a, const Pattern& b) {
    return std::tie(a.name, a.spec, a.importer) < std::tie(b.name, b.spec, b.importer);
  };
  std::sort(lock_.patterns.begin(), lock_.patterns.end(), by_name);
  const auto by_line = [](const Omission& a, const Omission& b) { return a.line < b.line; };
  std::stable_sort(lock_.omissions.begin(), lock_.omissions.end(), by_line);
  const auto by_path = [](const Importer& a, const Importer& b) { return a.path < b.path; };
  std::sort(lock_.importers.begin(), lock_.importers.end(), by_path);
  return std::move(lock_);
}

std::optional<HoistedTree::Place> HoistedTree::add(Place above, std::string_view name,
                                                   EntryId entry) {
  const std::uint32_t depth = depth_[above] + 1;
  if (depth > kDeepest) return std::nullopt;
  const auto place = static_cast<Place>(above_.size());
  if (!places_.emplace(key(above, names_.add(name).id), Taken{place, entry}).second)
    return std::nullopt;
  above_.push_back(above);
  depth_.push_back(depth);
  return place;
}

HoistedTree::Place HoistedTree::add_folder() {
  above_.push_back(kRoot);
  depth_.push_back(0);
  return static_cast<Place>(above_.size() - 1);
}

std::optional<HoistedTree::Place> HoistedTree::child(Place above, std::string_view name) const {
  const std::uint32_t id = names_.find(name);
  if (id == Interner::kAbsent) return std::nullopt;
  const auto found = places_.find(key(above, id));
  if (found == places_.end()) return std::nullopt;
  return found->second.place;
}

EntryId HoistedTree::find(Place from, std::string_view name) const {
  const std::uint32_t id = names_.find(name);
  if (id == Interner::kAbsent) return kNoEntry;
  while (true) {
    if (const auto found = places_.find(key(from, id)); found != places_.end())
      return found->second.entry;
    if (from == kRoot) return kNoEntry;
    from = above_[from];
  }
}

}  // namespace lpm::foreign
