#include "cli/global_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

using formats::json::Writer;
using ops::global::GlobalChange;
using ops::global::GlobalPackage;
using ops::global::GlobalResult;

std::string commands_text(const GlobalPackage& package) {
  return package.commands.empty() ? "" : fmt::format(" ({})", join(package.commands, ", "));
}

std::string change_line(const GlobalChange& change) {
  const GlobalPackage& package = change.package;
  if (change.removed) return fmt::format("- {} {}\n", package.name, package.version);
  if (change.same) return fmt::format("= {} {}, up to date\n", package.name, package.version);
  if (change.from == package.version)
    return fmt::format("~ {} {}{}\n", package.name, package.version, commands_text(package));
  if (change.from.empty())
    return fmt::format("+ {} {}{}\n", package.name, package.version, commands_text(package));
  return fmt::format("~ {} {} -> {}{}\n", package.name, change.from, package.version,
                     commands_text(package));
}

Writer begin_document() {
  Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  return json;
}

void write_texts(Writer& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void write_members(Writer& json, const GlobalPackage& package) {
  json.key("name").value(package.name).key("version").value(package.version);
  json.key("spec").value(package.spec);
  write_texts(json, "commands", package.commands);
  write_texts(json, "withheld", package.withheld);
}

std::string_view action_of(const GlobalChange& change) {
  if (change.removed) return "removed";
  if (change.same) return "unchanged";
  return change.from.empty() ? "added" : "changed";
}

}  // namespace

std::string global_summary(const GlobalResult& result, bool dry_run) {
  std::string text;
  for (const GlobalChange& change : result.changes) text += change_line(change);
  const auto count = static_cast<std::uint64_t>(std::count_if(
      result.changes.begin(), result.changes.end(), [](const auto& c) { return !c.same; }));
  if (count == 0) return text + "up to date\n";
  if (dry_run) return text + fmt::format("{} would change\n", count_of(count, "global package"));
  text += fmt::format("{} in {}", count_of(count, "global package"),
                      human_duration(result.duration_ns));
  if (result.downloaded > 0) text += fmt::format(", {} downloaded", result.downloaded);
  text += "\n";
  if (!result.with_scripts.empty())
    text += fmt::format("{} with install scripts that did not run: {}\n",
                        count_of(result.with_scripts.size(), "package"),
                        join(result.with_scripts, ", "));
  return text;
}

std::string global_document(const GlobalResult& result, bool dry_run,
                            const std::vector<std::string>& warnings) {
  Writer json = begin_document();
  json.key("dry_run").value(dry_run).key("changes").begin_array();
  for (const GlobalChange& change : result.changes) {
    json.begin_object().key("action").value(action_of(change));
    if (!change.from.empty()) json.key("from").value(change.from);
    write_members(json, change.package);
    json.end_object();
  }
  json.end_array().key("packages").value(result.packages);
  json.key("downloaded").value(result.downloaded).key("from_store").value(result.from_store);
  json.key("bytes_received").value(result.bytes_received);
  write_texts(json, "scripts_not_run", result.with_scripts);
  json.key("bin").value(result.bin).key("bin_on_path").value(result.bin_on_path);
  json.key("timing").begin_object().key("total_ms");
  json.value(static_cast<double>(result.duration_ns) / 1e6).end_object();
  write_texts(json, "warnings", warnings);
  return json.end_object().take();
}

std::string global_list(const std::vector<GlobalPackage>& packages) {
  std::string text;
  for (const GlobalPackage& package : packages) {
    text += fmt::format("{} {}{}\n", package.name, package.version, commands_text(package));
    for (const std::string& command : package.withheld)
      text += fmt::format("  without `{}`: the name is taken\n", command);
  }
  return packages.empty() ? "no global packages\n" : text;
}

std::string global_list_document(const std::vector<GlobalPackage>& packages) {
  Writer json = begin_document();
  json.key("packages").begin_array();
  for (const GlobalPackage& package : packages) {
    json.begin_object();
    write_members(json, package);
    json.end_object();
  }
  return json.end_array().end_object().take();
}

std::string global_path_document(const std::string& path) {
  Writer json = begin_document();
  return json.key("path").value(path).end_object().take();
}

}  // namespace lpm::cli
