#include "ops/install/install.h"

#include "base/clock.h"
#include "linker/linker.h"
#include "ops/install/acquire.h"
#include "ops/install/allowed_sources.h"
#include "ops/install/also.h"
#include "ops/install/changes.h"
#include "ops/install/import.h"
#include "ops/install/lifecycle.h"
#include "ops/install/link.h"
#include "ops/install/places.h"
#include "ops/install/project.h"
#include "ops/install/record.h"
#include "ops/install/save_wishes.h"
#include "ops/install/up_to_date.h"
#include "ops/install/verify_lock.h"
#include "ops/install/wishes.h"
#include "ops/interrupt.h"
#include "ops/maintenance.h"
#include "ops/test_hooks.h"
#include "ops/transaction.h"

namespace lpm::ops::install {
namespace {

// What the commands that hold the lock spend on deleting old folders.
constexpr std::int64_t kTrashBudgetMs = 50;

// Times the phases by name.
class PhaseClock {
 public:
  PhaseClock(report::Reporter& reporter, std::vector<report::PhaseTiming>& phases)
      : reporter_(reporter), phases_(phases), start_(monotonic_now()) {}
  void finish(std::string_view name, std::int64_t sum_ns = 0) {
    const std::int64_t now = monotonic_now();
    phases_.push_back({name, now - start_, sum_ns});
    reporter_.phase_finished(phases_.back());
    start_ = now;
  }

 private:
  report::Reporter& reporter_;
  std::vector<report::PhaseTiming>& phases_;
  std::int64_t start_;
};

bool wants_changes(const InstallOptions& options) {
  return !options.add.empty() || !options.remove.empty() || options.update;
}

bool may_be_up_to_date(const InstallOptions& options) {
  return !options.force && !options.verify_store && !was_asked_to_verify(options) &&
         !options.dry_run && !options.lockfile_only && !wants_changes(options) &&
         options.node_modules == NodeModules::Keep;
}

std::string journal_command(const InstallOptions& options) {
  std::string text = options.command;
  for (const std::string& argument : options.add) text += " " + argument;
  for (const std::string& name : options.remove) text += " " + name;
  if (options.update && !options.update->all)
    for (const std::string& name : options.update->names) text += " " + name;
  return text;
}

void fill_statistics(InstallResult& result, const Acquired& acquired, Supply& supply) {
  const FetchStatistics fetched = supply.fetches().statistics();
  const registry::RegistryStatistics asked = supply.registry().statistics();
  result.downloaded = fetched.downloaded;
  result.from_store = fetched.from_store;
  result.bytes_received = supply.network().statistics().bytes_received;
  result.metadata_requests = asked.metadata_requests;
  result.tarball_requests = asked.tarball_requests;
  result.shape_mismatch = asked.shape_mismatch;
  result.scheme_mismatch = asked.scheme_mismatch;
  result.origin_mismatch = asked.origin_mismatch;
  result.used_lockfile = acquired.used_lockfile;
  for (const std::string& warning : acquired.warnings) result.warnings.push_back(warning);
  for (const resolver::PeerIssue& issue : acquired.peers)
    result.peers.push_back(
        {issue.package, issue.path, issue.wanted, issue.found, issue.found_path});
  for (std::string& warning : supply.sources().warnings())
    result.warnings.push_back(std::move(warning));
}

// Packages that the summary counts: those of the tree, or of the lockfile when it is all there is.
std::vector<bool> shown(const Acquired& acquired, const InstallOptions& options) {
  if (!options.lockfile_only) return acquired.reached.installed;
  return std::vector<bool>(acquired.lockfile.graph.packages.size(), true);
}

// For an update that chose what is there already.
bool tells_up_to_date(const Session& session, const InstallOptions& options,
                      InstallResult& result) {
  if (options.force || options.verify_store) return false;
  const auto state = check_record(session.project, shaping_arguments(session, options));
  if (!state) return false;
  result.up_to_date = true;
  result.packages = state->packages;
  return true;
}

// What a change of the project left behind.
struct Changed {
  std::optional<Linked> linked;  // nothing for a dry run and for --lockfile-only: no tree was made
  std::vector<RecordInputs::KnownFile> used;  // manifests and lockfile, as they are now
};

RecordInputs::KnownFile after_commit(const Transaction& transaction, const std::string& project,
                                     const std::string& path, const std::string& text,
                                     const os::FileStamp& stamp_before) {
  const std::string file = project + "/" + path;
  return {file, transaction.changes(path) ? os::stamp(file) : stamp_before, text};
}

// Texts of the manifests, in the order of the project's packages.
Result<std::vector<std::string>> write_manifests(const Project& project,
                                                 const WantedProject& wanted,
                                                 const InstallOptions& options,
                                                 graph::DependencyGraph& graph,
                                                 std::vector<std::string>& saved) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    texts.push_back(package.manifest_text);
    if (!wanted.package(i).is_changed()) continue;
    LPM_TRY_ASSIGN(texts.back(),
                   write_wishes(package, wanted.package(i), options.save, graph, saved));
  }
  return texts;
}

std::vector<std::string> texts_of(const Project& project) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < project.package_count(); ++i)
    texts.push_back(project.package(i).manifest_text);
  return texts;
}

// What stands there already is not even looked at: it may have been edited meanwhile.
Status stage_changes(Transaction& transaction, const Project& project,
                     const std::string& lockfile_text,
                     const std::vector<std::string>& manifest_texts,
                     const std::vector<AlsoFile>& also) {
  if (lockfile_text != project.lockfile_text)
    LPM_TRY(transaction.replace(std::string(kLockfile), lockfile_text));
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    if (manifest_texts[i] == package.manifest_text) continue;
    LPM_TRY(require_same_manifest(package));
    LPM_TRY(require_writable(package.directory));
    LPM_TRY(transaction.replace(package.manifest_path(), manifest_texts[i]));
  }
  for (const AlsoFile& file : also) LPM_TRY(transaction.replace(file.name, file.text));
  return {};
}

// What only makes the next run quicker is written after all is done, and may fail: a full disk.
void tell_unrecorded(InstallResult& result, const Status& written) {
  if (!written)
    result.warnings.push_back("the next install looks at everything again: " +
                              written.error().what);
}

// Computes everything, then changes the project: trees, lpm.lock, package.json of each package that
// was asked to change (docs/formats/journal.md).
Result<Changed> change_project(const Session& session, const Project& project,
                               const WantedProject& wanted, const InstallOptions& options,
                               Supply& supply, Acquired& acquired, InstallResult& result,
                               PhaseClock& clock) {
  LPM_TRY_ASSIGN(const std::vector<std::string> manifest_texts,
                 write_manifests(project, wanted, options, acquired.lockfile.graph, result.saved));
  const std::string lockfile_text = acquired.used_lockfile && project.lockfile_text
                                        ? *project.lockfile_text
                                        : lockfile::write_lockfile(acquired.lockfile);
  result.changes =
      changes_between(project, wanted, acquired.lockfile.graph, shown(acquired, options));
  Changed changed;
  if (options.dry_run) return changed;
  const bool same_files =
      lockfile_text == project.lockfile_text && manifest_texts == texts_of(project);
  if (options.update && same_files && tells_up_to_date(session, options, result)) return changed;
  std::vector<AlsoFile> also;
  if (writes_project_files(project, options)) {
    LPM_TRY_ASSIGN(also, also_files(session, options, project, manifest_texts, acquired, supply));
  }
  for (const AlsoFile& file : also)
    result.warnings.insert(result.warnings.end(), file.warnings.begin(), file.warnings.end());
  Transaction transaction(project.directory, journal_command(options));
  if (writes_project_files(project, options))
    LPM_TRY(stage_changes(transaction, project, lockfile_text, manifest_texts, also));
  if (transaction.has_changes()) LPM_TRY(require_writable(project.directory));
  result.lockfile_written = transaction.changes(std::string(kLockfile));
  LPM_TRY(run_test_hook("after-stage"));
  if (std::optional<Error> stop = interruption()) return std::move(*stop);
  LPM_TRY(transaction.begin());
  if (!options.lockfile_only) {
    LPM_TRY_ASSIGN(changed.linked, link_project(session, project, options, supply, acquired));
    clock.finish("link");
  }
  LPM_TRY(run_test_hook("after-install"));
  LPM_TRY(transaction.commit());
  for (std::size_t i = 0; i < project.package_count(); ++i)
    changed.used.push_back(after_commit(transaction, project.directory,
                                        project.package(i).manifest_path(), manifest_texts[i],
                                        project.package(i).manifest_stamp));
  changed.used.push_back(after_commit(transaction, project.directory, std::string(kLockfile),
                                      lockfile_text, project.lockfile_stamp));
  for (const AlsoFile& file : also)
    changed.used.push_back(
        after_commit(transaction, project.directory, file.name, file.text, file.stamp));
  note_own(project.directory, also);
  if (options.save.save && !options.frozen && acquired.is_verified)
    tell_unrecorded(result, write_lock_image(session, project, acquired, lockfile_text));
  clock.finish("commit");
  return changed;
}

void tell_linked(InstallResult& result, const Linked& linked) {
  result.packages = linked.packages;
  result.packages_gone = linked.packages_gone;
  result.strays = linked.strays;
  result.with_scripts = linked.with_scripts;
  result.skipped_archive_entries = linked.skipped_archive_entries;
  result.warnings.insert(result.warnings.end(), linked.warnings.begin(), linked.warnings.end());
}

}  // namespace

Result<InstallResult> install(const Session& session, const InstallOptions& options) {
  InstallResult result;
  const std::int64_t start = monotonic_now();
  PhaseClock clock(session.reporter, result.phases);

  if (may_be_up_to_date(options)) {
    if (const auto state = check_record(session.project, shaping_arguments(session, options))) {
      result.up_to_date = true;
      result.packages = state->packages;
      result.duration_ns = monotonic_now() - start;
      return result;
    }
  }
  LPM_TRY(require_manifest(session));
  LPM_TRY(prepare_store(session, options));
  std::optional<os::FileLock> lock;
  if (!options.dry_run) {
    LPM_TRY_ASSIGN(os::FileLock taken,
                   lock_project(session, options.command, options.wait_for_lock));
    lock.emplace(std::move(taken));
  }
  LPM_TRY(require_usable_places(session, options));
  LPM_TRY_ASSIGN(Project project, load_project(session));
  LPM_TRY(import_foreign_lockfile(session, options, project));
  LPM_TRY(run_test_hook("after-snapshot"));
  LPM_TRY(require_usable_members(project, options));
  for (const std::string& warning : project.workspace.warnings) result.warnings.push_back(warning);
  LPM_TRY_ASSIGN(WantedProject wanted, apply_wishes(session, project, options));
  LPM_TRY_ASSIGN(project.patches, Patches::read(project));
  LPM_TRY(check_frozen(session, project, wanted, options));
  LPM_TRY(check_locked_sources(session, project, wanted));
  clock.finish("load");

  LPM_TRY_ASSIGN(StoreUse store_use, use_store(session, options));
  Supply supply(session, options);
  LPM_TRY(name_wishes(session, project, options, wanted, supply));
  LPM_TRY_ASSIGN(Acquired acquired, resolve_or_reuse(session, project, wanted, options, supply));
  LPM_TRY(tell_import(project, options, acquired.lockfile.graph, result));
  clock.finish("resolve");
  LPM_TRY_ASSIGN(LockVerification verification,
                 LockVerification::begin(session, project, options, acquired, supply));
  if (!options.lockfile_only && !options.dry_run) {
    LPM_TRY(fetch_all(session, supply, acquired));
    clock.finish("fetch", supply.fetches().statistics().import_sum_ns);
  }
  LPM_TRY(verification.finish(acquired));
  result.lockfile_compared = verification.compared();
  LPM_TRY_ASSIGN(const Changed changed, change_project(session, project, wanted, options, supply,
                                                       acquired, result, clock));
  const std::optional<Linked>& linked = changed.linked;
  fill_statistics(result, acquired, supply);
  if (linked) tell_linked(result, *linked);

  std::string record;
  const bool is_recorded = linked && writes_project_files(project, options);
  if (is_recorded) {
    LPM_TRY_ASSIGN(record, record_of(session, options, project, *linked, changed.used));
    register_project(session);
    linker::empty_trash(session.project, kTrashBudgetMs);
  }
  lock.reset();
  if (linked && !options.ignore_scripts && !wants_changes(options)) {
    LPM_TRY_ASSIGN(result.script_status, run_project_lifecycle(session, project, wanted));
    clock.finish("scripts");
  }
  if (is_recorded && result.script_status == 0)
    tell_unrecorded(result, write_record(session.project, record));
  if (std::optional<Error> stop = interruption("the change is complete")) return std::move(*stop);
  result.duration_ns = monotonic_now() - start;
  return result;
}

}  // namespace lpm::ops::install
