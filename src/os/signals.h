// What SIGINT, SIGTERM and SIGHUP do: they are noted once install_stop_handlers() was called, and
// passed on to the children that run. Private to os.
#pragma once

#include <sys/types.h>

namespace lpm::os {

// Passes stop signals on while it lives. Make it before the child, so that no signal falls between.
class SignalForwarding {
 public:
  SignalForwarding();
  ~SignalForwarding();
  SignalForwarding(const SignalForwarding&) = delete;
  SignalForwarding& operator=(const SignalForwarding&) = delete;

  void start(pid_t child);
  // Before the child's pid is given back to the system by waitpid.
  void stop();

 private:
  int slot_ = -1;
  unsigned arrived_before_ = 0;
};

}  // namespace lpm::os
