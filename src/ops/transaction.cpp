#include "ops/transaction.h"

#include <fmt/format.h>

#include <optional>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "ops/fingerprint.h"
#include "ops/test_hooks.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

constexpr std::string_view kHeader = "lpm-journal 1\n";
constexpr std::string_view kAbsent = "-";

std::string hash_of(std::string_view content) {
  return to_hex(crypto::sha256(as_bytes(content)));
}

Result<std::string> hash_of_file(const std::string& path) {
  LPM_TRY_ASSIGN(std::optional<std::string> content, os::read_file_if_exists(path));
  return content ? hash_of(*content) : std::string(kAbsent);
}

std::string journal_path(const std::string& project) {
  return project + "/.lpm/journal";
}

struct JournalRename {
  std::string old_hash, new_hash, temporary, final_path;
};

struct Journal {
  std::string command;
  std::vector<JournalRename> renames;
};

// Nothing when the journal is torn.
std::optional<Journal> parse_journal(std::string_view text) {
  const std::optional<std::string_view> body = sealed_body(text);
  if (!body || !body->starts_with(kHeader)) return std::nullopt;
  Journal journal;
  for (std::string_view line : split(body->substr(kHeader.size()), '\n')) {
    if (line.starts_with("command ")) journal.command = line.substr(8);
    if (!line.starts_with("rename ")) continue;
    line.remove_prefix(7);
    const std::size_t first = line.find(' ');
    const std::size_t second = line.find(' ', first + 1);
    const std::size_t tab = line.find('\t');
    if (first == line.npos || second == line.npos || tab == line.npos || tab < second)
      return std::nullopt;
    journal.renames.push_back({std::string(line.substr(0, first)),
                               std::string(line.substr(first + 1, second - first - 1)),
                               std::string(line.substr(second + 1, tab - second - 1)),
                               std::string(line.substr(tab + 1))});
  }
  return journal;
}

// Paths in a journal are ours, but the file may have been tampered with: they must stay inside the
// project.
bool stays_inside(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  for (const std::string_view part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

Status roll_forward(const std::string& project, const Journal& journal,
                    report::Reporter& reporter) {
  std::vector<std::string> completed;
  for (const JournalRename& rename : journal.renames) {
    if (!stays_inside(rename.temporary) || !stays_inside(rename.final_path)) continue;
    const std::string temporary = project + "/" + rename.temporary;
    const std::string final_path = project + "/" + rename.final_path;
    LPM_TRY_ASSIGN(const std::string present, hash_of_file(temporary));
    if (present != rename.new_hash) continue;
    LPM_TRY_ASSIGN(const std::string current, hash_of_file(final_path));
    if (current != rename.old_hash && current != rename.new_hash) {
      reporter.warning(
          fmt::format("`{}` was changed after `lpm {}` was cut off; its version is kept",
                      rename.final_path, journal.command));
      continue;
    }
    LPM_TRY(os::rename_path(temporary, final_path));
    completed.push_back("`" + rename.final_path + "`");
  }
  if (!completed.empty())
    reporter.note(fmt::format("completed `lpm {}`, which had been cut off: wrote {}",
                              journal.command, join(completed, ", ")));
  return {};
}

}  // namespace

Transaction::Transaction(std::string project, std::string command)
    : project_(std::move(project)), command_(std::move(command)) {}

Transaction::~Transaction() {
  if (done_) return;
  put_back();
  if (done_) return;
  if (begun_) (void)os::remove_file(journal_path(project_));
  for (const Change& change : changes_) (void)os::remove_file(project_ + "/" + change.temporary);
}

Status Transaction::replace(const std::string& path, std::string_view content) {
  const std::string target = project_ + "/" + path;
  LPM_TRY_ASSIGN(std::optional<std::string> old_content, os::read_file_if_exists(target));
  const std::string old_hash = old_content ? hash_of(*old_content) : std::string(kAbsent);
  const std::string new_hash = hash_of(content);
  if (old_hash == new_hash) return {};
  LPM_TRY(os::make_directories(project_ + "/.lpm/new"));
  const std::string temporary =
      fmt::format(".lpm/new/{}.{}", path.substr(path.rfind('/') + 1), os::unique_suffix());
  const os::FileStamp present = os::stamp(target);
  const std::uint32_t mode = present.type == os::FileType::Regular ? present.mode : 0644;
  LPM_TRY(os::write_file_atomic(project_ + "/" + temporary, content, os::Durability::Sync, mode));
  changes_.push_back({temporary, path, old_hash, new_hash, std::move(old_content), mode});
  return {};
}

Status Transaction::begin() {
  if (!changes_.empty()) {
    std::string text(kHeader);
    text += fmt::format("command {}\n", replace_all(command_, "\n", " "));
    for (const Change& change : changes_)
      text += fmt::format("rename {} {} {}\t{}\n", change.old_hash, change.new_hash,
                          change.temporary, change.final_path);
    LPM_TRY(os::write_file_atomic(journal_path(project_), seal(text), os::Durability::Sync));
    begun_ = true;
  }
  return os::remove_file(project_ + "/.lpm/install-hash");
}

Status Transaction::commit() {
  while (renamed_ < changes_.size()) {
    const Change& change = changes_[renamed_];
    LPM_TRY(os::rename_path(project_ + "/" + change.temporary, project_ + "/" + change.final_path));
    if (++renamed_ == 1) LPM_TRY(run_test_hook("after-finalize"));
  }
  done_ = true;
  if (begun_) LPM_TRY(os::remove_file(journal_path(project_)));
  return {};
}

// Half a commit is none. What cannot be put back is left to the journal, which the next command
// completes.
void Transaction::put_back() {
  for (std::size_t i = 0; i < renamed_; ++i) {
    const Change& change = changes_[i];
    const std::string path = project_ + "/" + change.final_path;
    const Status put = change.old_content ? os::write_file_atomic(path, *change.old_content,
                                                                  os::Durability::Sync, change.mode)
                                          : os::remove_file(path);
    if (!put) done_ = true;
  }
}

bool Transaction::changes(const std::string& path) const {
  for (const Change& change : changes_)
    if (change.final_path == path) return true;
  return false;
}

Status recover_project(const std::string& project, report::Reporter& reporter) {
  const std::string path = journal_path(project);
  LPM_TRY_ASSIGN(const std::optional<std::string> text, os::read_file_if_exists(path));
  if (!text) return {};
  LPM_TRY(os::remove_file(project + "/.lpm/install-hash"));
  if (const std::optional<Journal> journal = parse_journal(*text))
    LPM_TRY(roll_forward(project, *journal, reporter));
  LPM_TRY(os::remove_file(path));
  return {};
}

}  // namespace lpm::ops
