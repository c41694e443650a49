#include "os/signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>

#include "os/process.h"

namespace lpm::os {
namespace {

constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr int kMaxChildren = 256;

// Everything that the handler touches is lock-free.
std::atomic<int> pending_signal{0};
std::atomic<bool> noting{false};
std::atomic<int> running_children{0};
std::atomic<unsigned> arrived{0};
std::atomic<int> last_signal{0};
std::array<std::atomic<pid_t>, kMaxChildren> children{};

std::mutex actions_mutex;
bool actions_installed = false;
std::array<struct sigaction, kStopSignals.size()> previous_actions{};

// The terminal's keys reach the child already, which is in the same process group; a second copy
// would look like the user insisting.
bool child_has_it(const siginfo_t* details) {
  return details != nullptr && details->si_code > 0;
}

void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void on_stop_signal(int signal, siginfo_t* details, void*) {
  const int saved_errno = errno;
  // A second signal with nothing to wait for means: now.
  if (noting && pending_signal != 0 && running_children == 0) end_by(signal);
  if (noting) pending_signal = signal;
  if (!child_has_it(details)) {
    last_signal = signal;
    ++arrived;
    for (const auto& child : children) {
      if (const pid_t pid = child; pid > 0) ::kill(pid, signal);
    }
  }
  errno = saved_errno;
}

void install_actions_locked() {
  if (actions_installed) return;
  actions_installed = true;
  struct sigaction action {};
  action.sa_sigaction = on_stop_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : kStopSignals) sigaddset(&action.sa_mask, signal);
  for (std::size_t i = 0; i < kStopSignals.size(); ++i) {
    ::sigaction(kStopSignals[i], nullptr, &previous_actions[i]);
    // A signal that our parent had ignored (nohup) stays ignored, for us and for the child.
    if (previous_actions[i].sa_handler == SIG_IGN) continue;
    ::sigaction(kStopSignals[i], &action, nullptr);
  }
}

void remove_actions_locked() {
  if (!actions_installed || noting || running_children > 0) return;
  actions_installed = false;
  for (std::size_t i = 0; i < kStopSignals.size(); ++i)
    ::sigaction(kStopSignals[i], &previous_actions[i], nullptr);
}

}  // namespace

void install_stop_handlers() {
  const std::scoped_lock lock(actions_mutex);
  install_actions_locked();
  noting = true;
}

int pending_stop_signal() {
  return pending_signal;
}

SignalForwarding::SignalForwarding() {
  const std::scoped_lock lock(actions_mutex);
  ++running_children;
  install_actions_locked();
  arrived_before_ = arrived;
}

void SignalForwarding::start(pid_t child) {
  for (int i = 0; i < kMaxChildren && slot_ < 0; ++i) {
    pid_t free = 0;
    if (children[i].compare_exchange_strong(free, child)) slot_ = i;
  }
  // One that came between the making of the child and its entry in the table.
  if (arrived != arrived_before_) ::kill(child, last_signal);
}

void SignalForwarding::stop() {
  if (slot_ >= 0) children[slot_] = 0;
  slot_ = -1;
}

SignalForwarding::~SignalForwarding() {
  stop();
  const std::scoped_lock lock(actions_mutex);
  --running_children;
  remove_actions_locked();
}

}  // namespace lpm::os
