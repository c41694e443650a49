#include "cli/install_summary.h"

#include <fmt/format.h>

#include "base/text.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

using ops::install::InstallOptions;
using ops::install::InstallResult;
using ops::install::PackageChange;

constexpr std::size_t kNamesShown = 5;
constexpr std::size_t kMostChangeText = 4000;  // of an update: some hundred lines

std::string shown_names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamesShown) text += fmt::format(", {} more", names.size() - kNamesShown);
  return text;
}

std::string change_line(const PackageChange& change) {
  if (change.from.empty()) return fmt::format("+ {} {}\n", change.name, change.to);
  if (change.to.empty()) return fmt::format("- {} {}\n", change.name, change.from);
  return fmt::format("~ {} {} -> {}\n", change.name, change.from, change.to);
}

// What came to the top without being asked for.
std::string peers_line(const InstallResult& result) {
  std::vector<std::string> names;
  for (const PackageChange& change : result.changes)
    if (change.peer && !change.to.empty()) names.push_back(change.name + " " + change.to);
  if (names.empty()) return "";
  return fmt::format("needed as {}: {}\n", names.size() == 1 ? "a peer" : "peers",
                     shown_names(names));
}

// Of an update every change is news, of an install what was asked for.
std::string change_lines(const InstallResult& result, const InstallOptions& options) {
  std::string text;
  std::size_t more = 0;
  for (const PackageChange& change : result.changes) {
    if (options.update && !change.direct && text.size() > kMostChangeText)
      ++more;
    else if (options.update || change.direct || (change.to.empty() && !options.remove.empty()))
      text += change_line(change);
  }
  if (more > 0)
    text += fmt::format("and {} (`--json` names them)\n", count_of(more, "more change"));
  return text;
}

std::string counts(const InstallResult& result, const InstallOptions& options) {
  std::uint64_t added = 0, removed = 0, changed = 0;
  for (const PackageChange& change : result.changes)
    ++(change.from.empty() ? added : change.to.empty() ? removed : changed);
  // lpm.lock need not have changed for that.
  if (options.node_modules == ops::install::NodeModules::Prune)
    removed = result.packages_gone + result.strays.size();
  std::string text;
  const auto add = [&text](std::uint64_t count, std::string_view word) {
    if (count > 0) text += fmt::format(", {} {}", count, word);
  };
  add(added, "added");
  add(removed, "removed");
  add(changed, "changed");
  add(result.downloaded, "downloaded");
  return text;
}

void write_phases(formats::json::Writer& json, const InstallResult& result) {
  json.key("timing")
      .begin_object()
      .key("total_ms")
      .value(static_cast<double>(result.duration_ns) / 1e6);
  json.key("phases").begin_array();
  for (const report::PhaseTiming& phase : result.phases) {
    json.begin_object()
        .key("name")
        .value(phase.name)
        .key("wall_ms")
        .value(static_cast<double>(phase.wall_ns) / 1e6);
    if (phase.sum_ns > 0) json.key("sum_ms").value(static_cast<double>(phase.sum_ns) / 1e6);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_peers(formats::json::Writer& json, const InstallResult& result) {
  json.key("peers").begin_array();
  for (const ops::install::PeerIssue& issue : result.peers) {
    json.begin_object().key("package").value(issue.package).key("path").value(issue.path);
    json.key("wanted").value(issue.wanted);
    if (issue.found.empty())
      json.key("found").null();
    else
      json.key("found").value(issue.found).key("found_path").value(issue.found_path);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string up_to_date_line(std::uint64_t packages) {
  return fmt::format("up to date, {}\n", count_of(packages, "package"));
}

std::string up_to_date_document(std::uint64_t packages) {
  formats::json::Writer json;
  json.begin_object()
      .key("schema_version")
      .value(1)
      .key("success")
      .value(true)
      .key("up_to_date")
      .value(true);
  json.key("packages").value(packages).end_object();
  return json.take();
}

std::string install_summary(const InstallResult& result, const InstallOptions& options) {
  if (result.up_to_date) return up_to_date_line(result.packages);
  std::string text = change_lines(result, options);
  if (!options.update) text += peers_line(result);
  for (const std::string& saved : result.saved)
    text += fmt::format("{} {}\n", options.dry_run ? "would save" : "saved", saved);
  if (options.dry_run)
    text += counts(result, options).empty() && result.saved.empty()
                ? "dry run: nothing would change\n"
                : fmt::format("dry run{}; nothing was written\n", counts(result, options));
  else if (options.lockfile_only)
    text += fmt::format("lpm.lock {} in {}{}\n", result.lockfile_written ? "written" : "unchanged",
                        human_duration(result.duration_ns), counts(result, options));
  else
    text += fmt::format("{} in {}{}\n", count_of(result.packages, "package"),
                        human_duration(result.duration_ns), counts(result, options));
  if (!result.with_scripts.empty())
    text += fmt::format("{} with install scripts that did not run: {}\n",
                        count_of(result.with_scripts.size(), "package"),
                        shown_names(result.with_scripts));
  return text;
}

std::string timing_table(const InstallResult& result) {
  std::string text;
  for (const report::PhaseTiming& phase : result.phases) {
    text += fmt::format("{:8.1f} ms  {}", static_cast<double>(phase.wall_ns) / 1e6, phase.name);
    if (phase.sum_ns > 0)
      text += fmt::format(" ({:.1f} ms in all parallel tasks)",
                          static_cast<double>(phase.sum_ns) / 1e6);
    text += "\n";
  }
  return text;
}

std::string install_document(const InstallResult& result, const InstallOptions& options,
                             const std::vector<std::string>& warnings) {
  if (result.up_to_date) return up_to_date_document(result.packages);
  formats::json::Writer json;
  json.begin_object()
      .key("schema_version")
      .value(1)
      .key("success")
      .value(result.script_status == 0);
  json.key("up_to_date").value(false).key("dry_run").value(options.dry_run);
  json.key("packages").value(result.packages).key("downloaded").value(result.downloaded);
  json.key("from_store")
      .value(result.from_store)
      .key("bytes_received")
      .value(result.bytes_received);
  json.key("used_lockfile")
      .value(result.used_lockfile)
      .key("lockfile_written")
      .value(result.lockfile_written);
  json.key("changes").begin_array();
  for (const PackageChange& change : result.changes) {
    json.begin_object().key("name").value(change.name);
    if (!change.from.empty()) json.key("from").value(change.from);
    if (!change.to.empty()) json.key("to").value(change.to);
    json.key("direct").value(change.direct);
    if (change.peer) json.key("peer").value(true);
    json.end_object();
  }
  json.end_array();
  if (options.node_modules == ops::install::NodeModules::Prune) {
    json.key("packages_removed").value(result.packages_gone).key("strays").begin_array();
    for (const std::string& stray : result.strays) json.value(stray);
    json.end_array();
  }
  json.key("saved").begin_array();
  for (const std::string& saved : result.saved) json.value(saved);
  json.end_array().key("scripts_not_run").begin_array();
  for (const std::string& name : result.with_scripts) json.value(name);
  json.end_array()
      .key("lockfile_compared")
      .value(result.lockfile_compared)
      .key("skipped_archive_entries")
      .value(static_cast<std::uint64_t>(result.skipped_archive_entries));
  json.key("requests").begin_object().key("metadata").value(result.metadata_requests);
  json.key("tarballs").value(result.tarball_requests).end_object();
  json.key("tarball_url").begin_object().key("shape_mismatch").value(result.shape_mismatch);
  json.key("scheme_mismatch").value(result.scheme_mismatch);
  json.key("origin_mismatch").value(result.origin_mismatch).end_object();
  write_phases(json, result);
  write_peers(json, result);
  json.key("warnings").begin_array();
  for (const std::string& warning : warnings) json.value(warning);
  json.end_array().end_object();
  return json.take();
}

}  // namespace lpm::cli
