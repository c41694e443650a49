// Child processes, signals, and facts about this process and machine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/files.h"

namespace lpm::os {

using EnvironmentMap = std::vector<std::pair<std::string, std::string>>;  // sorted by name

struct ChildOptions {
  std::vector<std::string>
      argv;                     // argv[0] is looked up on PATH of `environment` unless it holds `/`
  std::string directory;        // empty: inherited
  EnvironmentMap environment;   // whole environment of the child
  bool capture_output = false;  // stdout and stderr into ChildResult; else inherited
};

struct ChildResult {
  int status = 0;  // exit status; 128 + n after signal n
  int signal = 0;  // 0: it exited
  std::string out;
  std::string err;
};

// Runs a child to its end. SIGINT, SIGTERM and SIGHUP that arrive meanwhile are passed on to it.
Result<ChildResult> run_child(const ChildOptions& options);
// Replaces this process; returns only on failure.
Error exec_child(const ChildOptions& options);

// The path of an executable on `path_list` (a PATH value), or nothing. Empty items are skipped.
std::optional<std::string> find_executable(std::string_view name, std::string_view path_list);

// Set by SIGINT, SIGTERM, SIGHUP after install_stop_handlers(): the signal's number, else 0.
void install_stop_handlers();
int pending_stop_signal();

EnvironmentMap current_environment();
std::optional<std::string> environment_variable(const char* name);  // nothing when unset
std::string current_directory();
std::string home_directory();  // $HOME, else the user database; empty when neither
std::string own_executable();  // path of the running binary
long process_id();
// In ticks since the start of the machine; 0 when no such process runs. With the pid it names one
// process.
std::uint64_t process_start_time(long pid);
std::string boot_id();              // changes with each start of the machine; empty when unknown
std::string libc_family();          // "glibc", "musl" or ""; of the system, not of this binary
std::uint64_t peak_memory_bytes();  // of this process

}  // namespace lpm::os
