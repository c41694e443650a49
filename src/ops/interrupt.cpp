#include "ops/interrupt.h"

#include "os/process.h"

namespace lpm::ops {

std::optional<Error> interruption() {
  const int signal = os::pending_stop_signal();
  if (signal == 0) return std::nullopt;
  Error error(ErrorCode::INTERRUPTED, "stopped; the project is as it was before");
  error.exit_status = 128 + signal;
  return error;
}

}  // namespace lpm::ops
