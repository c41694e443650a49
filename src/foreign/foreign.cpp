#include "foreign/foreign.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"
#include "foreign/write.h"

namespace lpm::foreign {
namespace {

struct FormatRow {
  Format format;
  std::string_view name;
  std::string_view file_name;
  std::string_view tool;
};

constexpr auto kFormats = std::to_array<FormatRow>({
    {Format::PackageLock, "package-lock", "package-lock.json", "npm"},
    {Format::Shrinkwrap, "npm-shrinkwrap", "npm-shrinkwrap.json", "npm"},
    {Format::YarnClassic, "yarn-classic", "yarn.lock", "yarn 1"},
    {Format::YarnBerry, "yarn-berry", "yarn.lock", "yarn"},
    {Format::Pnpm, "pnpm-lock", "pnpm-lock.yaml", "pnpm"},
    {Format::Bun, "bun", "bun.lock", "bun"},
    {Format::BunBinary, "bun-binary", "bun.lockb", "bun"},
});

const FormatRow& row_of(Format format) {
  return kFormats[static_cast<std::size_t>(format)];
}

Error binary_lockfile(std::string_view file_name) {
  return Error(ErrorCode::BAD_FOREIGN_LOCKFILE,
               fmt::format("`{}` is bun's binary lockfile, which lpm does not read", file_name))
      .at(std::string(file_name))
      .hint(
          "run `bun install --save-text-lockfile --frozen-lockfile --lockfile-only` to make "
          "`bun.lock` of it");
}

}  // namespace

std::string_view name_of(Format format) {
  return row_of(format).name;
}
std::string_view file_name_of(Format format) {
  return row_of(format).file_name;
}
std::string_view tool_of(Format format) {
  return row_of(format).tool;
}

std::optional<Format> format_named(std::string_view name) {
  for (const FormatRow& row : kFormats)
    if (row.name == name) return row.format;
  return std::nullopt;
}

std::optional<Format> writable_format(std::string_view name) {
  if (name == "package-lock") return Format::PackageLock;
  if (name == "pnpm") return Format::Pnpm;
  return std::nullopt;
}

std::optional<Format> format_of(std::string_view file_name, std::string_view text) {
  const std::string_view base = file_name.substr(file_name.rfind('/') + 1);
  if (base == "yarn.lock") {
    const bool is_berry =
        text.starts_with("__metadata:") || text.find("\n__metadata:") != std::string_view::npos;
    return is_berry ? Format::YarnBerry : Format::YarnClassic;
  }
  for (const FormatRow& row : kFormats)
    if (row.file_name == base) return row.format;
  return std::nullopt;
}

Result<ForeignLock> read_lockfile(Format format, std::string_view text,
                                  std::string_view file_name) {
  if (format == Format::BunBinary) return binary_lockfile(file_name);
  if (text.size() > kMostBytes)
    return bad_lockfile(file_name, 0, fmt::format("it is larger than {}", human_bytes(kMostBytes)));
  switch (format) {
    case Format::PackageLock:
    case Format::Shrinkwrap:
      return read_package_lock(format, text, file_name);
    case Format::YarnClassic:
      return read_yarn_classic(text, file_name);
    case Format::YarnBerry:
      return read_yarn_berry(text, file_name);
    case Format::Pnpm:
      return read_pnpm_lock(text, file_name);
    case Format::Bun:
      return read_bun_lock(text, file_name);
    case Format::BunBinary:
      break;
  }
  return binary_lockfile(file_name);
}

void add_importer(ForeignLock& lock, std::string_view path, const manifest::Manifest& manifest) {
  for (const Importer& importer : lock.importers)
    if (importer.path == path) return;
  Importer importer;
  importer.path = path;
  const auto target_of = [&](std::string_view name, std::string_view spec) {
    const auto [begin, end] =
        std::equal_range(lock.patterns.begin(), lock.patterns.end(),
                         Pattern{std::string(name), "", kNoEntry, "", false},
                         [](const Pattern& a, const Pattern& b) { return a.name < b.name; });
    for (auto at = begin; at != end; ++at)
      if (at->importer == path) return at->target;
    for (auto at = begin; at != end; ++at)
      if (at->importer.empty() && (at->spec == spec || at->spec.empty())) return at->target;
    return end - begin == 1 && begin->importer.empty() ? begin->target : kNoEntry;
  };
  const auto add = [&](const manifest::StringPairs& pairs, manifest::DependencyKind kind) {
    for (const auto& [name, spec] : pairs)
      if (graph::is_linkable_name(name))
        importer.edges.push_back({name, spec, kind, target_of(name, spec)});
  };
  add(manifest.dependencies, manifest::DependencyKind::Production);
  add(manifest.dev_dependencies, manifest::DependencyKind::Development);
  add(manifest.optional_dependencies, manifest::DependencyKind::Optional);
  // Whose they are the file does not say; none of them is asked for by this alone.
  for (const Pattern& pattern : lock.patterns)
    if (pattern.is_peer)
      importer.edges.push_back({pattern.name, "", manifest::DependencyKind::Peer, pattern.target});
  lock.importers.push_back(std::move(importer));
}

}  // namespace lpm::foreign
