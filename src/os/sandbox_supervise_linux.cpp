#include "os/sandbox_supervise_linux.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <map>
#include <set>

#include "base/text.h"
#include "os/retry.h"
#include "os/sandbox_calls_linux.h"

namespace lpm::os {
namespace {

using Clock = std::chrono::steady_clock;

// Between two looks at memory and number of processes.
constexpr std::chrono::milliseconds kLook{100};

sigset_t held_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

// Field 4 of /proc/PID/stat; the name before it may hold anything.
pid_t parent_of(pid_t pid) {
  const auto text = read_file_if_exists("/proc/" + std::to_string(pid) + "/stat");
  if (!text || !*text) return 0;
  const std::size_t end_of_name = (*text)->rfind(')');
  if (end_of_name == std::string::npos || end_of_name + 4 > (*text)->size()) return 0;
  return static_cast<pid_t>(std::atol((*text)->c_str() + end_of_name + 4));
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> result;
  const auto entries = list_directory("/proc");
  if (!entries) return result;
  for (const DirectoryEntry& entry : *entries)
    if (const auto pid = parse_decimal(entry.name)) result.push_back(static_cast<pid_t>(*pid));
  return result;
}

std::uint64_t resident_bytes(pid_t pid) {
  const auto text = read_file_if_exists("/proc/" + std::to_string(pid) + "/statm");
  if (!text || !*text) return 0;
  const auto fields = split(trim(**text), ' ');
  const std::uint64_t shared = fields.size() > 2 ? parse_decimal(fields[2]).value_or(0) : 0;
  const std::uint64_t resident = fields.size() > 1 ? parse_decimal(fields[1]).value_or(0) : 0;
  return (resident - std::min(shared, resident)) * static_cast<std::uint64_t>(::getpagesize());
}

class Supervisor {
 public:
  Supervisor(Watch watch, const SandboxLimits& limits)
      : watch_(std::move(watch)), limits_(limits), started_(Clock::now()) {
    const sigset_t set = held_signals();
    signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  void run() {
    while (!has_ended_) {
      wait_for_news();
      check_limits();
    }
    end_all();
    for (const std::string& name : refused_) report_line("refused", name);
    report_line("end", std::to_string(status_));
  }

 private:
  void wait_for_news() {
    std::array<pollfd, 2> waits = {pollfd{signals_.get(), POLLIN, 0},
                                   pollfd{watch_.listener.get(), POLLIN, 0}};
    retry_on_interrupt(
        [&] { return ::poll(waits.data(), waits.size(), static_cast<int>(kLook.count())); });
    if (waits[1].revents & POLLIN) answer_one_call();
    if (waits[1].revents & (POLLHUP | POLLERR)) watch_.listener.reset();
    if (waits[0].revents & POLLIN) take_signals();
  }

  void take_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof(info)) == sizeof(info))
      if (info.ssi_signo != SIGCHLD) end_program();
    reap();
  }

  void reap() {
    int status = 0;
    while (true) {
      const pid_t ended = ::waitpid(-1, &status, WNOHANG | __WALL);
      if (ended <= 0) return;
      if (ended != watch_.program) continue;
      status_ = status;
      has_ended_ = true;
    }
  }

  void end_program() { ::kill(watch_.program, SIGKILL); }

  void answer_one_call() {
    seccomp_notif call{};
    if (::ioctl(watch_.listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) return;
    seccomp_notif_resp answer{};
    answer.id = call.id;
    answer.error = -answer_to(call);
    // The caller may have died meanwhile.
    ::ioctl(watch_.listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }

  int answer_to(const seccomp_notif& call) {
    const auto rule =
        std::find_if(watch_.rules.begin(), watch_.rules.end(), [&call](const CallRule& known) {
          return known.number == call.data.nr &&
                 (known.answer == CallAnswer::Refuse || known.answer == CallAnswer::Supervise);
        });
    if (rule == watch_.rules.end()) return EPERM;
    const int problem = rule->answer == CallAnswer::Supervise
                            ? answer_call(watch_.listener.get(), call, watch_.writable)
                            : EPERM;
    if (problem == EPERM) refused_.emplace(rule->name);
    return problem;
  }

  void check_limits() {
    const Clock::time_point now = Clock::now();
    if (has_ended_ || met_ != SandboxLimit::None) return;
    if (limits_.time.count() > 0 && now - started_ >= limits_.time) return meet(SandboxLimit::Time);
    if (now - looked_ < kLook) return;
    looked_ = now;
    const std::vector<pid_t> processes = watch_.owns_process_ids ? all_processes() : descendants();
    // At level full this process is in the list as well.
    if (limits_.processes > 0 && processes.size() > limits_.processes + 1)
      return meet(SandboxLimit::Processes);
    std::uint64_t bytes = 0;
    for (const pid_t pid : processes) bytes += resident_bytes(pid);
    if (limits_.memory_bytes > 0 && bytes > limits_.memory_bytes) meet(SandboxLimit::Memory);
  }

  void meet(SandboxLimit limit) {
    met_ = limit;
    report_line("limit", name_of(limit));
    end_program();
    end_all();
  }

  // Whoever starts faster than we find is stopped first: what is stopped starts nothing.
  void end_all() {
    // Orphans are ours: without a child there is nobody.
    if (::waitpid(-1, nullptr, WNOHANG | WNOWAIT | __WALL) < 0 && errno == ECHILD) return;
    for (const int signal : {SIGSTOP, SIGKILL}) {
      std::size_t before = 0;
      for (int round = 0; round < 100; ++round) {
        const std::vector<pid_t> left = watch_.owns_process_ids ? all_processes() : descendants();
        for (const pid_t pid : left)
          if (pid != ::getpid()) ::kill(pid, signal);
        if (signal == SIGSTOP && left.size() == before) break;
        before = left.size();
        if (signal == SIGKILL) {
          wait_for_all();
          if (descendants().empty()) break;
        }
      }
    }
  }

  void wait_for_all() {
    int status = 0;
    while (true) {
      const pid_t ended = ::waitpid(-1, &status, __WALL);
      if (ended < 0 && errno == EINTR) continue;
      if (ended < 0) return;
      if (ended == watch_.program) {
        status_ = status;
        has_ended_ = true;
      }
    }
  }

  Watch watch_;
  const SandboxLimits& limits_;
  Clock::time_point started_;
  Clock::time_point looked_ = started_;
  Fd signals_;
  std::set<std::string> refused_;
  SandboxLimit met_ = SandboxLimit::None;
  bool has_ended_ = false;
  int status_ = 0;
};

}  // namespace

void hold_signals() {
  const sigset_t set = held_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
}

void release_signals() {
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool is_descendant(pid_t pid) {
  constexpr int kDeepest = 4096;
  for (int level = 0; pid > 1 && level < kDeepest; ++level) {
    if (pid == ::getpid()) return level > 0;
    pid = parent_of(pid);
  }
  return false;
}

std::vector<pid_t> descendants() {
  std::map<pid_t, std::vector<pid_t>> children;
  for (const pid_t pid : all_processes()) children[parent_of(pid)].push_back(pid);
  std::vector<pid_t> result = children[::getpid()];
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::vector<pid_t>& next = children[result[i]];
    result.insert(result.end(), next.begin(), next.end());
  }
  return result;
}

void supervise(Watch watch, const SandboxLimits& limits) {
  Supervisor(std::move(watch), limits).run();
}

}  // namespace lpm::os
