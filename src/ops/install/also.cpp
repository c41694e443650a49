#include "ops/install/also.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "foreign/write.h"
#include "ops/fingerprint.h"
#include "ops/install/other_lock.h"
#include "os/files.h"

namespace lpm::ops::install {
namespace {

constexpr std::string_view kNote = ".lpm/other-lockfiles";

std::vector<foreign::Format> wanted_formats(const Session& session) {
  std::vector<foreign::Format> formats;
  for (const std::string& name : session.settings.list("lockfile-also")) {
    const auto format = foreign::writable_format(name);
    if (format && std::find(formats.begin(), formats.end(), *format) == formats.end())
      formats.push_back(*format);
  }
  return formats;
}

Result<std::vector<manifest::Manifest>> manifests_of(const Project& project,
                                                     const std::vector<std::string>& texts) {
  std::vector<manifest::Manifest> manifests;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    LPM_TRY_ASSIGN(manifest::Manifest manifest,
                   manifest::read_manifest(texts[i], project.package(i).manifest_path(),
                                           manifest::Strictness::Project));
    manifest.pnpm_workspace = project.package(i).manifest.pnpm_workspace;
    manifests.push_back(std::move(manifest));
  }
  return manifests;
}

// An install that leaves kinds out would have to fetch them only to find the file as it is.
bool may_be_left_alone(const InstallOptions& options, foreign::Format format,
                       const Acquired& acquired) {
  const graph::Selection& kinds = options.selection;
  const bool is_whole = kinds.production && kinds.development && kinds.optional;
  return format != foreign::Format::Pnpm && acquired.used_lockfile && !is_whole;
}

Error differs(const std::string& directory, const std::string& name, bool is_there) {
  return Error(ErrorCode::LOCKFILE_DRIFT,
               is_there ? fmt::format("`{}` is not what `lpm.lock` says, and it is frozen", name)
                        : fmt::format("there is no `{}`, and lockfiles are frozen", name))
      .at(directory + "/" + name)
      .hint(fmt::format("run `lpm install --no-frozen-lockfile` and commit `{}`", name));
}

std::string note_line(std::string_view name, std::string_view text) {
  return fmt::format("{} {}\n", fingerprint128(text), name);
}

}  // namespace

bool needs_store_for_others(const Session& session) {
  for (const foreign::Format format : wanted_formats(session))
    if (format != foreign::Format::Pnpm) return true;
  return false;
}

Result<std::vector<AlsoFile>> also_files(const Session& session, const InstallOptions& options,
                                         const Project& project,
                                         const std::vector<std::string>& manifest_texts,
                                         const Acquired& acquired, Supply& supply) {
  std::vector<AlsoFile> files;
  const std::vector<foreign::Format> formats = wanted_formats(session);
  if (formats.empty()) return files;
  LPM_TRY_ASSIGN(const std::vector<manifest::Manifest> manifests,
                 manifests_of(project, manifest_texts));
  for (const foreign::Format format : formats) {
    AlsoFile& file = files.emplace_back();
    file.name = foreign::file_name_of(format);
    const std::string path = project.directory + "/" + file.name;
    file.stamp = os::stamp(path);
    LPM_TRY_ASSIGN(std::optional<std::string> present, os::read_file_if_exists(path));
    if (present && may_be_left_alone(options, format, acquired)) {
      file.text = *std::move(present);
      continue;
    }
    LPM_TRY_ASSIGN(foreign::WrittenLock written,
                   other_lock(session, format, project, manifests, acquired.lockfile, supply));
    if (options.frozen && present != written.text)
      return differs(project.directory, file.name, present.has_value());
    if (present != written.text) file.warnings = told(written, format);
    file.text = std::move(written.text);
  }
  return files;
}

void note_own(const std::string& project, const std::vector<AlsoFile>& files) {
  if (files.empty()) return;
  std::string text;
  for (const AlsoFile& file : files) text += note_line(file.name, file.text);
  const std::string path = fmt::format("{}/{}", project, kNote);
  const Result<std::string> present = os::read_file(path);
  if (present && *present == text) return;
  (void)os::write_file_atomic(path, text, os::Durability::None);
}

bool is_own(const std::string& project, std::string_view name) {
  const Result<std::string> note = os::read_file(fmt::format("{}/{}", project, kNote));
  const Result<std::string> text = os::read_file(fmt::format("{}/{}", project, name));
  return note && text && note->find(note_line(name, *text)) != std::string::npos;
}

}  // namespace lpm::ops::install
