#include "store/archive_plan.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace lpm::store {
namespace {

// Of all paths together, a hundred times what real packages need: bounds the memory and the folders
// that a hostile archive can take.
constexpr std::uint64_t kMaxPathBytes = 16U << 20;
constexpr std::size_t kMaxPath = 4095;  // PATH_MAX without its zero

bool has_parent_component(std::string_view path) {
  const auto components = split(path, '/');
  return std::find(components.begin(), components.end(), "..") != components.end();
}

// The package's own name for a path: without the first component, which is empty for an absolute
// path.
std::string_view without_first_component(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {};
  path.remove_prefix(slash);
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  return path;
}

Error path_traversal(std::string_view path) {
  return Error(ErrorCode::PATH_TRAVERSAL, "an archive entry leaves the package (path traversal)")
      .fact("entry", shown(path));
}

Error file_and_folder(std::string_view path) {
  return Error(ErrorCode::BAD_TARBALL,
               "the archive has `" + shown(path) + "` as file and as folder");
}

}  // namespace

std::string shown(std::string_view archive_path) {
  constexpr std::size_t kMaxShown = 200;
  std::string text(archive_path.substr(0, kMaxShown));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  if (archive_path.size() > kMaxShown) text += "...";
  return text;
}

Result<Placement> ArchivePlan::add(const formats::TarEntry& entry) {
  using formats::TarType;
  // Judged as written: the first component may be the one that climbs.
  if (has_parent_component(entry.path)) return path_traversal(entry.path);
  if (entry.type != TarType::File && entry.type != TarType::Directory) {
    ++skipped_;
    return Placement{};
  }
  const std::string_view inside = without_first_component(entry.path);
  if (inside.empty() || inside == "." || inside == "./") {
    skipped_ += entry.type == TarType::File ? 1 : 0;
    return Placement{};
  }
  if (inside.size() > kMaxPath)
    return system_error(ENAMETOOLONG, "cannot make `" + shown(inside) + "`", "");
  LPM_TRY_ASSIGN(auto path, formats::SafeRelativePath::parse(inside));
  if (entry.type == TarType::File) return place_file(std::move(path), entry);
  LPM_TRY(need_folder(path.str()));
  return Placement{EntryFate::Folder, 0};
}

Result<Placement> ArchivePlan::place_file(formats::SafeRelativePath path,
                                          const formats::TarEntry& entry) {
  const bool executable = (entry.mode & 0111) != 0;
  const auto known = by_path_.find(path.str());
  if (known != by_path_.end()) {
    if (known->second == kFolder) return file_and_folder(path.str());
    files_[known->second].executable |= executable;
    return Placement{EntryFate::Repeated, known->second};
  }
  const std::size_t slash = path.str().rfind('/');
  if (slash != std::string::npos)
    LPM_TRY(need_folder(std::string_view(path.str()).substr(0, slash)));
  LPM_TRY(count_path(path.str()));
  const auto number = static_cast<std::uint32_t>(files_.size());
  files_.push_back({std::move(path), entry.size, executable});
  by_path_.emplace(files_.back().path.str(), number);
  return Placement{EntryFate::NewFile, number};
}

// Climbs to the nearest known folder, then adds what is missing on the way down.
Status ArchivePlan::need_folder(std::string_view path) {
  std::vector<std::string_view> missing;
  for (std::string_view folder = path; !folder.empty();) {
    const auto known = by_path_.find(folder);
    if (known != by_path_.end()) {
      if (known->second != kFolder) return file_and_folder(folder);
      break;
    }
    missing.push_back(folder);
    const std::size_t slash = folder.rfind('/');
    folder = slash == std::string_view::npos ? std::string_view() : folder.substr(0, slash);
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    LPM_TRY(count_path(*folder));
    folders_.emplace_back(*folder);
    by_path_.emplace(folders_.back(), kFolder);
  }
  return {};
}

Status ArchivePlan::count_path(std::string_view path) {
  path_bytes_ += path.size();
  if (path_bytes_ <= kMaxPathBytes) return {};
  return Error(ErrorCode::LIMIT, "the names in the archive take more than " +
                                     human_bytes(kMaxPathBytes) + " together");
}

}  // namespace lpm::store
