#include "ops/install/other_lock.h"

#include <fmt/format.h>

#include "os/files.h"

namespace lpm::ops::install {
namespace {

constexpr std::size_t kOmissionsTold = 10;

// Every one of these has a package.json that was read when it came into the store.
Result<foreign::PackageFacts> facts_of(const store::Entry& entry, const std::string& directory) {
  const std::string file = directory + "/package.json";
  LPM_TRY_ASSIGN(const std::string text, os::read_file(file));
  LPM_TRY_ASSIGN(const manifest::Manifest manifest,
                 manifest::read_manifest(text, file, manifest::Strictness::Package));
  foreign::PackageFacts facts;
  for (const store::IndexedBin& bin : entry.index.bins)
    facts.bins.emplace_back(bin.command, bin.path);
  facts.dependencies = manifest.dependencies;
  facts.optional_dependencies = manifest.optional_dependencies;
  return facts;
}

// By package; what was not asked for stays empty.
class Facts {
 public:
  Status gather(const Session& session, const Project& project, const graph::DependencyGraph& graph,
                Supply& supply) {
    const std::vector<bool> wanted = foreign::packages_with_facts(graph);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (wanted[i]) supply.fetches().want(wish_for(graph.packages[i], /*from_lockfile=*/true));
    LPM_TRY(supply.fetches().wait([&supply] { supply.tick(); }));
    std::vector<std::optional<Result<foreign::PackageFacts>>> read(wanted.size());
    session.pool.for_each_index(wanted.size(), [&](std::size_t i) {
      if (!wanted[i]) return;
      const graph::Package& package = graph.packages[i];
      const store::Entry* entry = supply.fetches().entry(package);
      if (entry == nullptr) return;
      const bool is_folder = package.source.kind == graph::SourceKind::Link;
      read[i] = facts_of(
          *entry, is_folder ? project.directory + "/" + package.source.locator : entry->directory);
    });
    facts_.resize(wanted.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (!read[i]) continue;
      LPM_TRY_ASSIGN(facts_[i].emplace(), std::move(*read[i]));
    }
    return {};
  }
  std::vector<const foreign::PackageFacts*> pointers() const {
    std::vector<const foreign::PackageFacts*> all;
    for (const auto& one : facts_) all.push_back(one ? &*one : nullptr);
    return all;
  }

 private:
  std::vector<std::optional<foreign::PackageFacts>> facts_;
};

std::vector<std::string> addresses(const graph::DependencyGraph& graph, Supply& supply) {
  std::vector<std::string> all;
  for (const graph::Package& package : graph.packages)
    all.push_back(package.source.is_registry()
                      ? supply.registry().derived_tarball_url(package.name, package.version)
                      : "");
  return all;
}

// pnpm's file has what its overrides come to.
Result<manifest::Manifest> with_catalogs_in_rules(const Project& project,
                                                  const manifest::Manifest& manifest) {
  LPM_TRY_ASSIGN(manifest::Manifest applied,
                 project.workspace.catalogs.applied_to({".", project.manifest_text, manifest}));
  manifest::Manifest result = manifest;
  result.pnpm_workspace = std::move(applied.pnpm_workspace);
  return result;
}

}  // namespace

Result<foreign::WrittenLock> other_lock(const Session& session, foreign::Format format,
                                        const Project& project,
                                        const std::vector<manifest::Manifest>& manifests,
                                        const lockfile::Lockfile& lockfile, Supply& supply) {
  foreign::LockSource source{lockfile.graph, {}};
  source.legacy_peers = lockfile.inputs.legacy_peers;
  LPM_TRY_ASSIGN(const manifest::Manifest root, with_catalogs_in_rules(project, manifests[0]));
  for (std::size_t i = 0; i < manifests.size(); ++i)
    source.packages.push_back({project.package(i).path, i == 0 ? root : manifests[i]});
  LPM_TRY_ASSIGN(const Patches patches, Patches::read(project));
  patches.add_to(source, format);
  if (format == foreign::Format::Pnpm) return foreign::write_pnpm_lock(source);
  Facts facts;
  LPM_TRY(facts.gather(session, project, lockfile.graph, supply));
  source.facts = facts.pointers();
  source.tarballs = addresses(lockfile.graph, supply);
  return foreign::write_package_lock(source);
}

std::vector<std::string> told(const foreign::WrittenLock& written, foreign::Format format) {
  std::vector<std::string> lines;
  for (const foreign::Omission& one : written.omissions) {
    if (lines.size() == kOmissionsTold) {
      lines.push_back(fmt::format("{} more cannot be said in `{}`",
                                  written.omissions.size() - kOmissionsTold,
                                  foreign::file_name_of(format)));
      break;
    }
    lines.push_back(
        fmt::format("`{}`: {} {}", foreign::file_name_of(format), one.what, one.reason));
  }
  return lines;
}

}  // namespace lpm::ops::install
