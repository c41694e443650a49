// The side of the caller: the private folder, the helper process, its output and its report.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "base/text.h"
#include "os/landlock_linux.h"
#include "os/retry.h"
#include "os/sandbox_order.h"
#include "os/sandbox_probe_linux.h"
#include "os/signals.h"

namespace lpm::os {
namespace {

// Descriptors that are handed on are moved above those that they become in the child.
constexpr int kAboveChildren = 10;

Error cannot(std::string_view step) {
  return system_error(errno, "cannot start a sandbox: " + std::string(step), "");
}

Result<Fd> moved_up(int fd) {
  const Fd low(fd);
  if (fd < 0) return cannot("no descriptor");
  Fd high(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveChildren));
  if (!high.valid()) return cannot("no descriptor");
  return high;
}

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot("no pipe");
  Pipe made{Fd(ends[0]), {}};
  LPM_TRY_ASSIGN(made.write, moved_up(ends[1]));
  return made;
}

Result<Fd> order_file(const SandboxOrder& order) {
  LPM_TRY_ASSIGN(Fd fd, moved_up(::memfd_create("order", MFD_CLOEXEC)));
  const std::string text = write_order(order);
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (const int problem = write_fully(fd.get(), bytes))
    return system_error(problem, "cannot start a sandbox: no memory file", "");
  return fd;
}

class Scratch {
 public:
  static Result<Scratch> make() {
    const std::string base = environment_variable("TMPDIR").value_or("/tmp");
    LPM_TRY_ASSIGN(const std::string made, make_temporary_directory(base, "lpm-sandbox-"));
    Scratch scratch;
    scratch.path_ = real_path(made).value_or(std::string(made));
    LPM_TRY(make_directory(scratch.path_ + "/home"));
    return scratch;
  }
  Scratch() = default;
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Scratch& operator=(Scratch&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~Scratch() {
    if (path_.empty()) return;
    [[maybe_unused]] const Status removed = remove_tree(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Conversation {
  Pipe out;
  Pipe err;
  Pipe report;
  Fd order;
};

Result<pid_t> spawn_helper(const Conversation& with) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, with.out.write.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, with.err.write.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, with.order.get(), kOrderDescriptor);
  ::posix_spawn_file_actions_adddup2(&actions, with.report.write.get(), kReportDescriptor);
  sigset_t all;
  sigset_t none;
  sigfillset(&all);
  sigemptyset(&none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::string name = "lpm";
  std::string argument(kSandboxArgument);
  const std::array<char*, 3> arguments = {name.data(), argument.data(), nullptr};
  const std::array<char*, 1> no_environment = {nullptr};
  pid_t child = 0;
  const int problem = ::posix_spawn(&child, "/proc/self/exe", &actions, &attributes,
                                    arguments.data(), no_environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return system_error(problem, "cannot start a sandbox: no helper process", "");
  return child;
}

// Output as it comes; the report as a whole. Ends when the helper and all of the sandbox have
// ended.
std::string listen_to(Conversation& with, const OnOutput& on_output) {
  for (Pipe* pipe : {&with.out, &with.err, &with.report}) pipe->write.reset();
  std::array<pollfd, 3> waits{};
  const std::array<int, 3> ends = {with.out.read.get(), with.err.read.get(),
                                   with.report.read.get()};
  for (std::size_t i = 0; i < waits.size(); ++i) waits[i] = {ends[i], POLLIN, 0};
  const std::array<Stream, 2> streams = {Stream::Output, Stream::Error};
  std::string report;
  std::array<char, 64 * 1024> buffer;
  while (std::any_of(waits.begin(), waits.end(), [](const pollfd& wait) { return wait.fd >= 0; })) {
    retry_on_interrupt([&] { return ::poll(waits.data(), waits.size(), -1); });
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      const ssize_t count =
          retry_on_interrupt([&] { return ::read(ends[i], buffer.data(), buffer.size()); });
      if (count <= 0) {
        waits[i].fd = -1;  // poll skips it
        continue;
      }
      const std::string_view text(buffer.data(), static_cast<std::size_t>(count));
      if (i == 2)
        report.append(text);
      else if (on_output)
        on_output(streams[i], text);
    }
  }
  return report;
}

int wait_for(pid_t child, SignalForwarding& forwarding) {
  siginfo_t details{};
  retry_on_interrupt(
      [&] { return ::waitid(P_PID, static_cast<id_t>(child), &details, WEXITED | WNOWAIT); });
  forwarding.stop();
  int status = 0;
  retry_on_interrupt([&] { return ::waitpid(child, &status, 0); });
  return status;
}

void take_status(SandboxOutcome& outcome, int status) {
  outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  outcome.status = outcome.signal != 0 ? 128 + outcome.signal : WEXITSTATUS(status);
}

void take_limit(SandboxOutcome& outcome, std::string_view name) {
  for (const SandboxLimit limit :
       {SandboxLimit::Time, SandboxLimit::Memory, SandboxLimit::Processes})
    if (name_of(limit) == name) outcome.limit = limit;
}

Result<SandboxOutcome> read_report(std::string_view report, int helper_status, SandboxLevel level) {
  SandboxOutcome outcome;
  bool has_end = false;
  for (const std::string_view line : split(report, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string_view kind = line.substr(0, space);
    const std::string_view text = line.substr(space + 1);
    if (kind == "error")
      return Error(ErrorCode::IO,
                   "a sandbox of level `" + std::string(name_of(level)) + "` cannot be made here")
          .fact("reason", std::string(text));
    if (kind == "limit") take_limit(outcome, text);
    if (kind == "refused") outcome.refused.emplace_back(text);
    if (kind == "end") {
      take_status(outcome, static_cast<int>(parse_decimal(text).value_or(0)));
      has_end = true;
    }
  }
  if (has_end) return outcome;
  if (!WIFSIGNALED(helper_status)) return Error(ErrorCode::IO, "the sandbox ended without a word");
  take_status(outcome, helper_status);
  return outcome;
}

Status resolve(std::vector<std::string>& paths) {
  for (std::string& path : paths) {
    LPM_TRY_ASSIGN(std::string real, real_path(path));
    path = std::move(real);
  }
  return {};
}

void set(EnvironmentMap& environment, std::string_view name, std::string value) {
  std::erase_if(environment, [name](const auto& item) { return item.first == name; });
  environment.emplace_back(name, std::move(value));
  std::sort(environment.begin(), environment.end());
}

Result<SandboxOrder> make_order(const SandboxRequest& request, const std::string& scratch) {
  SandboxOrder order{request, scratch};
  LPM_TRY(resolve(order.request.writable));
  LPM_TRY(resolve(order.request.readable));
  LPM_TRY_ASSIGN(order.request.directory, real_path(request.directory));
  if (request.argv.empty() || !request.argv[0].starts_with('/'))
    return Error(ErrorCode::INTERNAL, "a sandbox needs the whole path of its program");
  const std::string inside = request.level == SandboxLevel::Full ? "/tmp" : scratch;
  set(order.request.environment, "HOME", inside + "/home");
  set(order.request.environment, "TMPDIR", inside);
  return order;
}

Result<SandboxOutcome> carry_out(const SandboxOrder& order, const OnOutput& on_output) {
  Conversation with;
  LPM_TRY_ASSIGN(with.out, make_pipe());
  LPM_TRY_ASSIGN(with.err, make_pipe());
  LPM_TRY_ASSIGN(with.report, make_pipe());
  LPM_TRY_ASSIGN(with.order, order_file(order));
  SignalForwarding forwarding;
  LPM_TRY_ASSIGN(const pid_t helper, spawn_helper(with));
  forwarding.start(helper);
  const std::string report = listen_to(with, on_output);
  return read_report(report, wait_for(helper, forwarding), order.request.level);
}

}  // namespace

Result<SandboxOutcome> run_sandboxed(const SandboxRequest& request, const OnOutput& on_output) {
  LPM_TRY(check_sandbox_level(request));
  LPM_TRY_ASSIGN(const Scratch scratch, Scratch::make());
  LPM_TRY_ASSIGN(const SandboxOrder order, make_order(request, scratch.path()));
  return carry_out(order, on_output);
}

Status try_sandbox(SandboxLevel level) {
  LPM_TRY_ASSIGN(const Scratch scratch, Scratch::make());
  SandboxOrder order;
  order.request.level = level;
  order.request.argv = {"/"};
  order.request.directory = "/";
  order.scratch = scratch.path();
  order.is_probe = true;
  LPM_TRY_ASSIGN(const SandboxOutcome outcome, carry_out(order, nullptr));
  if (outcome.status == 0) return {};
  return Error(ErrorCode::IO,
               "an empty sandbox ends with status " + std::to_string(outcome.status));
}

}  // namespace lpm::os
