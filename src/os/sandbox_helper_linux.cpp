// The helper process: started anew from our own executable, with an empty environment, it makes the
// sandbox, starts the program in it, and watches.
//
//   lpm -> helper -----------------------> program      levels contained and none
//   lpm -> helper -> first of namespaces -> program      level full
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "os/retry.h"
#include "os/sandbox_order.h"
#include "os/sandbox_program_linux.h"
#include "os/sandbox_root_linux.h"
#include "os/sandbox_supervise_linux.h"

namespace lpm::os {
namespace {

constexpr int kFailed = 125;

int fail(const Error& error) {
  std::string text = error.what;
  for (const Fact& fact : error.facts) text += ": " + fact.text;
  report_line("error", text);
  return kFailed;
}

Result<SandboxOrder> take_order() {
  struct stat status {};
  if (::fstat(kOrderDescriptor, &status) != 0 || ::fcntl(kReportDescriptor, F_GETFD) < 0)
    return Error(ErrorCode::INTERNAL, "no order for a sandbox");
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  if (::pread(kOrderDescriptor, text.data(), text.size(), 0) != status.st_size)
    return Error(ErrorCode::INTERNAL, "the order for the sandbox is cut short");
  ::close(kOrderDescriptor);
  return read_order(text);
}

int start_and_watch(const SandboxOrder& order) {
  auto watch = start_program(order);
  if (!watch) return fail(watch.error());
  supervise(std::move(*watch), order.request.limits);
  return 0;
}

// Process 1 of the namespaces: when it ends, the kernel ends all others.
int run_as_first(const SandboxOrder& order) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (Status entered = enter_new_root(order); !entered) return fail(entered.error());
  return start_and_watch(order);
}

int run_in_namespaces(const SandboxOrder& order) {
  if (Status left = leave_namespaces(order); !left) return fail(left.error());
  const pid_t first = ::fork();
  if (first < 0) return fail(system_error(errno, "cannot start a process", ""));
  if (first == 0) ::_exit(run_as_first(order));
  // A stop signal ends this process, and with it the first.
  release_signals();
  int status = 0;
  retry_on_interrupt([&] { return ::waitpid(first, &status, 0); });
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

}  // namespace

int sandbox_main() {
  // What the caller of lpm left open is no business of scripts.
  ::close_range(kReportDescriptor + 1, ~0U, 0);
  ::fcntl(kReportDescriptor, F_SETFD, FD_CLOEXEC);
  auto order = take_order();
  if (!order) return kFailed;
  hold_signals();
  ::prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  if (order->request.level == SandboxLevel::Full) return run_in_namespaces(*order);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  return start_and_watch(*order);
}

}  // namespace lpm::os
