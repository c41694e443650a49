#include "sources/disk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "os/files.h"
#include "sources/pack.h"
#include "sources/package_document.h"

namespace lpm::sources {
namespace {

constexpr std::string_view kManifestFile = "package.json";

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

bool has_part(std::string_view path, std::string_view wanted) {
  for (const std::string_view part : split(path, '/'))
    if (part == wanted) return true;
  return false;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

Error no_such_path(std::string_view path, const std::string& absolute) {
  return Error(ErrorCode::SOURCE_NOT_FOUND,
               fmt::format("`{}` is neither a folder nor an archive", path))
      .at(absolute);
}

Result<Found> linked_folder(Options options, std::string_view path, bool alone) {
  options.pack_folders = false;
  LPM_TRY_ASSIGN(Folder folder, read_folder(options, path, alone));
  Found found;
  found.source = {graph::SourceKind::Link, locator_of(options, path)};
  found.packument = std::move(folder.packument);
  found.entry.directory = absolute_path(options, path);
  found.entry.index = std::move(folder.index);
  found.warning = std::move(folder.warning);
  return found;
}

Result<Found> archive_on_disk(const Options& options, store::Store& store, std::string_view path,
                              const crypto::Integrity& expected) {
  LPM_TRY_ASSIGN(const PaddedBuffer archive, os::read_padded(absolute_path(options, path)));
  LPM_TRY_ASSIGN(Found found, import_archive(store, archive.bytes(), expected,
                                             options.allow_conflicting_duplicates, path));
  found.source = {graph::SourceKind::File, locator_of(options, path)};
  return found;
}

}  // namespace

Wish wish_for(const graph::Source& source, const crypto::Integrity& integrity) {
  using enum graph::SourceKind;
  Wish wish;
  wish.integrity = integrity;
  wish.text = source.locator;
  if (source.kind == Link) wish.text.insert(0, kLink);
  if (source.kind == File || source.kind == Directory) wish.text.insert(0, kFile);
  return wish;
}

std::string absolute_path(const Options& options, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  if (path.starts_with("~/")) return fmt::format("{}/{}", options.home, path.substr(2));
  return path == "." ? options.project : fmt::format("{}/{}", options.project, path);
}

std::string locator_of(const Options& options, std::string_view path) {
  return path.starts_with("~/") ? absolute_path(options, path) : std::string(path);
}

bool is_inside_project(const Options& options, std::string_view path) {
  if (path.starts_with('/') || path == "." || has_part(path, "node_modules")) return false;
  const auto project = os::real_path(options.project);
  const auto folder = os::real_path(absolute_path(options, path));
  return project && folder && folder->starts_with(*project + "/");
}

Result<Found> found_in(store::Entry entry, const crypto::Integrity& integrity,
                       std::string_view place) {
  Found found;
  found.entry = std::move(entry);
  const std::string file = found.entry.directory + "/" + std::string(kManifestFile);
  LPM_TRY_ASSIGN(const std::string text, os::read_file(file));
  LPM_TRY_ASSIGN(const manifest::Manifest manifest,
                 manifest::read_manifest(text, file, manifest::Strictness::Package));
  DocumentRequest request;
  request.place = place;
  request.fallback_name = "";
  request.integrity = integrity.to_string();
  LPM_TRY_ASSIGN(found.packument, document_of(manifest, found.entry.index, request));
  return found;
}

Result<Found> import_archive(store::Store& store, Bytes archive, const crypto::Integrity& expected,
                             bool allow_conflicting_duplicates, std::string_view place) {
  store::ImportRequest request;
  request.expected = expected;
  request.allow_conflicting_duplicates = allow_conflicting_duplicates;
  Result<store::Entry> entry = store.import_tarball(archive, request);
  if (!entry) {
    Error error = std::move(entry).error();
    if (error.where.empty()) error.where = place;
    return error;
  }
  const auto integrity = crypto::Integrity::from_sha512(entry->index.tarball_digest);
  return found_in(std::move(*entry), integrity, place);
}

Result<Folder> read_folder(const Options& options, std::string_view path, bool alone) {
  const std::string directory = absolute_path(options, path);
  if (os::stamp(directory).type != os::FileType::Directory) return no_such_path(path, directory);
  const std::string file = directory + "/" + std::string(kManifestFile);
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(file));
  if (!text && !alone)
    return Error(ErrorCode::BAD_SOURCE, fmt::format("the folder `{}` has no package.json", path))
        .at(directory)
        .hint(fmt::format("write `link:{}` to link a folder that is no package", path));
  if (!text) text = "{}";
  LPM_TRY_ASSIGN(const manifest::Manifest manifest,
                 manifest::read_manifest(*text, file, manifest::Strictness::Package));
  Folder folder;
  folder.is_packed = options.pack_folders && !alone;
  LPM_TRY_ASSIGN(folder.index,
                 store::index_of_folder(*text, os::exists(directory + "/binding.gyp")));
  const bool is_inside = is_inside_project(options, path);
  DocumentRequest request;
  request.place = path;
  request.fallback_name = last_part(directory);
  request.with_dependencies = folder.is_packed || (is_inside && !alone);
  request.peers_are_dependencies = !folder.is_packed && options.install_peers;
  LPM_TRY_ASSIGN(folder.packument, document_of(manifest, folder.index, request));
  const bool is_left_alone = !is_inside && !alone && !folder.is_packed;
  if (is_left_alone && !manifest.dependencies.empty() && !os::exists(directory + "/node_modules"))
    folder.warning = fmt::format(
        "`{}` is linked from outside of the project; its dependencies are not installed there",
        path);
  return folder;
}

Result<crypto::Integrity> integrity_of_file(const Options& options, std::string_view path) {
  LPM_TRY_ASSIGN(const PaddedBuffer archive, os::read_padded(absolute_path(options, path)));
  return crypto::Integrity::from_sha512(crypto::sha512(archive.bytes()));
}

Result<Found> read_from_disk(const Options& options, store::Store& store, const Wish& wish) {
  const bool is_link = wish.text.starts_with(kLink);
  const bool is_portal = wish.text.starts_with(kPortal);
  const std::string_view path = std::string_view(wish.text).substr(wish.text.find(':') + 1);
  if (has_control(path))
    return Error(ErrorCode::BAD_SOURCE, "a path of a dependency holds a control character");
  const std::string absolute = absolute_path(options, path);
  switch (os::stamp(absolute).type) {
    case os::FileType::Directory:
      if (options.pack_folders && !is_link && !is_portal)
        return packed_folder(options, store, path);
      return linked_folder(options, path, is_link);
    case os::FileType::Regular:
      if (is_link || is_portal)
        return Error(ErrorCode::BAD_SOURCE, fmt::format("`{}` is a file, and not a folder", path))
            .at(absolute)
            .hint(fmt::format("write `file:{}` for an archive", path));
      return archive_on_disk(options, store, path, wish.integrity);
    case os::FileType::Missing:
    case os::FileType::Symlink:
    case os::FileType::Other:
      break;
  }
  return no_such_path(path, absolute);
}

}  // namespace lpm::sources
