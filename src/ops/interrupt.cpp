#include "ops/interrupt.h"

#include <fmt/format.h>

#include "os/process.h"

namespace lpm::ops {

std::optional<Error> interruption(std::string_view state) {
  const int signal = os::pending_stop_signal();
  if (signal == 0) return std::nullopt;
  Error error(ErrorCode::INTERRUPTED, fmt::format("stopped; {}", state));
  error.exit_status = 128 + signal;
  return error;
}

Error before_any_change(Error error) {
  if (error.code != ErrorCode::INTERRUPTED) return error;
  error.what = fmt::format("stopped; {}", kUntouched);
  return error;
}

}  // namespace lpm::ops
