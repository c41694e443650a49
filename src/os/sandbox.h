// The sandbox of build scripts (docs/sandbox.md): runs one program with a written-down list of what
// it may read and write, and leaves nothing behind. Knows nothing of packages or scripts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/process.h"
#include "os/streamed_child.h"

namespace lpm::os {

enum class SandboxLevel : std::uint8_t { None, Contained, Full };
std::string_view name_of(SandboxLevel level);  // "none", "contained", "full"

enum class SandboxNetwork : std::uint8_t { None, Granted };

// Zero: no limit. `memory_bytes` and `processes` count all processes of the sandbox together and
// are looked at ten times a second; a single process meets the memory limit at once.
struct SandboxLimits {
  std::chrono::milliseconds time{std::chrono::minutes(10)};
  std::uint64_t cpu_seconds = 3600;  // of one process
  std::uint64_t memory_bytes = 8ULL << 30;
  std::uint64_t file_bytes = 4ULL << 30;  // largest file
  std::uint64_t processes = 1024;         // threads not counted
  std::uint64_t open_files = 4096;        // of one process
};

struct SandboxRequest {
  SandboxLevel level = SandboxLevel::Full;
  std::vector<std::string> argv;  // argv[0] is an absolute path
  // The whole environment. HOME, TMPDIR and XDG folders are the sandbox's own: an empty private
  // place that goes when the run ends.
  EnvironmentMap environment;
  std::string directory;  // where the program starts; readable or writable
  // Absolute paths of what is there already; links in them are followed once, before the start.
  // A writable folder must hold no hard link to a file elsewhere: the file could be written.
  std::vector<std::string> writable;
  std::vector<std::string> readable;  // files and folders, to read and to execute
  SandboxNetwork network = SandboxNetwork::None;
  SandboxLimits limits;
  // For tests: behave as on a kernel whose Landlock is no newer than this.
  int newest_landlock = 1000;
};

enum class SandboxLimit : std::uint8_t { None, Time, Memory, Processes };
std::string_view name_of(SandboxLimit limit);

struct SandboxOutcome {
  int status = 0;                           // exit status; 128 + n after signal n
  int signal = 0;                           // 0: it exited
  SandboxLimit limit = SandboxLimit::None;  // which one ended the run
  // System calls that the filter refused, by name, sorted: what to look at when a build fails.
  std::vector<std::string> refused;
};

// Runs to the end of the program and of everything it started. What they write to stdout and stderr
// goes to `on_output` on the calling thread; stdin is empty. IO when the level asked for
// cannot be made here: there is no silent step down. Stop signals reach the program as its end.
Result<SandboxOutcome> run_sandboxed(const SandboxRequest& request, const OnOutput& on_output);

struct SandboxLayer {
  std::string name;  // "namespaces", "Landlock", "seccomp"
  bool works = false;
  std::string detail;  // its version, or why it is missing
};

struct SandboxAbility {
  SandboxLevel best = SandboxLevel::None;
  std::vector<SandboxLayer> layers;
};
// Tries what this machine can do by starting an empty sandbox of each level.
SandboxAbility probe_sandbox();

// What stands before the first step of a sandboxed program is this same executable, started anew
// with this one argument and no environment, so that it holds nothing of its parent's memory.
inline constexpr std::string_view kSandboxArgument = "__sandbox";
int sandbox_main();  // for main(), when that argument was given

}  // namespace lpm::os
