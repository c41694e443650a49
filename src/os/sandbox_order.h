// What run_sandboxed() tells its helper process, and how the helper answers. Private to os.
#pragma once

#include <string>
#include <string_view>

#include "os/files.h"
#include "os/sandbox.h"

namespace lpm::os {

// Descriptors of the helper, beside 0, 1 and 2.
inline constexpr int kOrderDescriptor = 3;
inline constexpr int kReportDescriptor = 4;

struct SandboxOrder {
  SandboxRequest request;  // paths are real ones
  std::string scratch;     // private folder: HOME, TMPDIR; at level full it is /tmp
  bool is_probe = false;   // everything but the program
};

std::string write_order(const SandboxOrder& order);
Result<SandboxOrder> read_order(std::string_view text);

// One line per fact: "refused ptrace", "limit time", "end 0 15", "error TEXT".
void report_line(std::string_view kind, std::string_view text);

// Folders and files of the system that every script may read. Missing ones are left out by whoever
// opens them.
const std::vector<std::string>& system_folders();
const std::vector<std::string>& system_files();   // below /etc
const std::vector<std::string>& network_files();  // only with the network
const std::vector<std::string>& system_devices();

// Is `path` this folder, or below it? Both without links and without a slash at the end.
bool is_at_or_below(std::string_view path, std::string_view folder);

}  // namespace lpm::os
