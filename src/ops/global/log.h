// The write-ahead log of changes to global packages (docs/formats/global.md): its records, and what
// of them is still open. Reading is pure and takes any bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ops/global/catalogue.h"

namespace lpm::ops::global {

// Names a process for as long as the machine runs.
struct Owner {
  std::uint64_t pid = 0;
  std::uint64_t start = 0;
  std::string boot;
  bool operator==(const Owner&) const = default;
};
Owner this_process();
bool is_running(const Owner& owner);

// These roots are being filled.
struct Intent {
  std::string id;
  std::string command;
  Owner owner;
  std::vector<std::string> roots;
  bool operator==(const Intent&) const = default;
};

// The change counts from here on.
struct Commit {
  std::string id;
  std::string command;
  std::uint64_t serial = 0;
  std::vector<GlobalPackage> set;
  std::vector<std::string> removed;
  bool operator==(const Commit&) const = default;
};
void apply(const Commit& commit, Catalogue& catalogue);

// As lines of the log.
std::string to_line(const Intent& intent);
std::string to_line(const Commit& commit);

struct OpenChange {
  std::string id;
  std::optional<Intent> intent;
  std::optional<Commit> commit;

  const std::string& command() const { return commit ? commit->command : intent->command; }
};

struct Log {
  std::vector<OpenChange> changes;  // by their first record
  std::string damaged;              // to be set aside
  bool torn = false;
  bool is_whole() const { return damaged.empty() && !torn; }
};
// GLOBAL_STATE for records of a newer lpm.
Result<Log> read_log(std::string_view text, const std::string& file_name);
std::string write_log(const std::vector<OpenChange>& changes);

}  // namespace lpm::ops::global
