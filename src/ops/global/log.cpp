#include "ops/global/log.h"

#include <algorithm>
#include <variant>

#include "formats/record_log.h"
#include "os/process.h"

namespace lpm::ops::global {
namespace {

using formats::json::Value;
using formats::json::Writer;

struct Newer {};     // of another format
struct Unusable {};  // a member is missing or of the wrong shape
using Parsed = std::variant<Intent, Commit, Newer, Unusable>;

Parsed parse_intent(const Value& value, std::string id, std::string command) {
  const auto pid = read_number(value.find("pid"));
  const auto start = read_number(value.find("start"));
  const auto boot = value.text_at("boot");
  auto roots = read_names(value.find("roots"), is_plain_file_name);
  if (!pid || !start || !boot || !roots) return Unusable{};
  return Intent{
      std::move(id), std::move(command), {*pid, *start, std::string(*boot)}, std::move(*roots)};
}

Parsed parse_commit(const Value& value, std::string id, std::string command) {
  const auto serial = read_number(value.find("serial"));
  auto removed = read_names(value.find("removed"), is_printable);
  const Value* set = value.find("set");
  if (!serial || !removed || set == nullptr || !set->is_array()) return Unusable{};
  Commit commit{std::move(id), std::move(command), *serial, {}, std::move(*removed)};
  for (const Value& item : set->items) {
    std::optional<GlobalPackage> row = read_row(item);
    if (!row) return Unusable{};
    commit.set.push_back(std::move(*row));
  }
  return commit;
}

Parsed parse_record(std::string_view payload) {
  constexpr std::uint32_t kDepth = 8;
  const Result<Value> value =
      formats::json::parse(payload, "log", {.comments = false, .max_depth = kDepth});
  if (!value || !value->is_object()) return Unusable{};
  const auto format = read_number(value->find("format"));
  const auto op = value->text_at("op");
  const auto id = value->text_at("id");
  const auto command = value->text_at("command");
  if (!format || !op) return Unusable{};
  if (*format != kFormat || (op != "intent" && op != "commit")) return Newer{};
  if (!id || id->empty() || !command || !is_printable(*command)) return Unusable{};
  return op == "intent" ? parse_intent(*value, std::string(*id), std::string(*command))
                        : parse_commit(*value, std::string(*id), std::string(*command));
}

OpenChange& change_of(std::vector<OpenChange>& changes, const std::string& id) {
  const auto at = std::find_if(changes.begin(), changes.end(),
                               [&](const OpenChange& change) { return change.id == id; });
  if (at != changes.end()) return *at;
  return changes.emplace_back(OpenChange{id, std::nullopt, std::nullopt});
}

Writer begin_record(std::string_view op, const std::string& id, const std::string& command) {
  Writer json(0);
  json.begin_object().key("op").value(op).key("format").value(kFormat);
  json.key("id").value(id).key("command").value(command);
  return json;
}

}  // namespace

Owner this_process() {
  const long pid = os::process_id();
  return {static_cast<std::uint64_t>(pid), os::process_start_time(pid), os::boot_id()};
}

bool is_running(const Owner& owner) {
  if (owner.pid == 0 || owner.pid > INT32_MAX || owner.start == 0) return false;
  return owner.boot == os::boot_id() &&
         os::process_start_time(static_cast<long>(owner.pid)) == owner.start;
}

void apply(const Commit& commit, Catalogue& catalogue) {
  for (const std::string& name : commit.removed) catalogue.packages.erase(name);
  for (const GlobalPackage& row : commit.set) catalogue.packages.insert_or_assign(row.name, row);
  catalogue.serial = commit.serial;
}

std::string to_line(const Intent& intent) {
  Writer json = begin_record("intent", intent.id, intent.command);
  json.key("pid").value(intent.owner.pid).key("start").value(intent.owner.start);
  json.key("boot").value(intent.owner.boot);
  write_names(json, "roots", intent.roots);
  return formats::frame_record(json.end_object().take());
}

std::string to_line(const Commit& commit) {
  Writer json = begin_record("commit", commit.id, commit.command);
  json.key("serial").value(commit.serial).key("set").begin_array();
  for (const GlobalPackage& row : commit.set) write_row(json, row);
  json.end_array();
  write_names(json, "removed", commit.removed);
  return formats::frame_record(json.end_object().take());
}

Result<Log> read_log(std::string_view text, const std::string& file_name) {
  const formats::RecordLog records = formats::read_records(text);
  Log log;
  log.torn = !records.torn.empty();
  for (const std::string_view bytes : records.damaged) log.damaged.append(bytes);
  for (const formats::RecordLog::Record& record : records.records) {
    Parsed parsed = parse_record(record.payload);
    if (std::holds_alternative<Newer>(parsed)) return newer_format(file_name);
    if (auto* intent = std::get_if<Intent>(&parsed)) {
      OpenChange& change = change_of(log.changes, intent->id);
      if (!change.intent) change.intent = std::move(*intent);
    } else if (auto* commit = std::get_if<Commit>(&parsed)) {
      OpenChange& change = change_of(log.changes, commit->id);
      if (!change.commit) change.commit = std::move(*commit);
    } else {
      log.damaged.append(record.line).append("\n");
    }
  }
  return log;
}

std::string write_log(const std::vector<OpenChange>& changes) {
  std::string text;
  for (const OpenChange& change : changes) {
    if (change.intent) text += to_line(*change.intent);
    if (change.commit) text += to_line(*change.commit);
  }
  return text;
}

}  // namespace lpm::ops::global
