// Sets up a Scene: folders, a victim, listeners, a terminal.
#pragma once

#include <string>
#include <vector>

#include "os/files.h"
#include "os/sandbox.h"
#include "os/temporary_folder_for_tests.h"
#include "sandbox/scene.h"

namespace lpm::sandbox_test {

class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const Scene& scene() const { return scene_; }
  // A request whose one writable folder is the package, with the siblings readable.
  os::SandboxRequest request(os::SandboxLevel level, std::vector<std::string> argv) const;
  // Files whose state attempts change, as they were.
  void restore();

 private:
  void write_files();
  void start_victim();
  void open_sockets();
  void listen_on_path(const std::string& path, int type);

  os::TemporaryFolder folder_;
  Scene scene_;
  os::Fd victim_input_;
  std::vector<os::Fd> open_;
  int segment_ = -1;
};

// Machines without namespaces have less to test; that none has nothing is a test of its own.
bool can_hold(os::SandboxLevel level);

struct Ran {
  os::SandboxOutcome outcome;
  std::string out;
  std::string err;
};
// Fails the test when the sandbox cannot be made.
Ran run(const os::SandboxRequest& request);

}  // namespace lpm::sandbox_test
