// Running and becoming other programs.
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "os/process.h"
#include "os/retry.h"
#include "os/signals.h"
#include "os/streamed_child.h"

namespace lpm::os {
namespace {

// argv or envp: the strings, and pointers to them with a null at the end.
class PointerList {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  char* const* get() {
    pointers_.clear();
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

struct Program {
  std::string path;
  PointerList arguments;
  PointerList environment;
};

std::string_view path_list_of(const EnvironmentMap& environment) {
  for (const auto& [name, value] : environment) {
    if (name == "PATH") return value;
  }
  return {};
}

Result<Program> prepare(const ChildOptions& options) {
  if (options.argv.empty()) return Error(ErrorCode::INTERNAL, "no program to run");
  Program program;
  program.path = options.argv[0];
  if (program.path.find('/') == std::string::npos) {
    auto found = find_executable(program.path, path_list_of(options.environment));
    if (!found) return system_error(ENOENT, "cannot find `" + program.path + "` on PATH", "");
    program.path = std::move(*found);
    // The child resolves it after changing its folder.
    if (!options.directory.empty() && !program.path.starts_with('/'))
      program.path = current_directory() + "/" + program.path;
  }
  for (const std::string& argument : options.argv) program.arguments.add(argument);
  for (const auto& [name, value] : options.environment) program.environment.add(name + "=" + value);
  return program;
}

// What execvp does with a text file without an interpreter line.
void make_shell_script(Program& program, const ChildOptions& options) {
  PointerList arguments;
  arguments.add("/bin/sh");
  arguments.add(program.path);
  for (std::size_t i = 1; i < options.argv.size(); ++i) arguments.add(options.argv[i]);
  program.arguments = std::move(arguments);
  program.path = "/bin/sh";
}

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(errno, "cannot make a pipe", "");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

struct Capture {
  Pipe out;
  Pipe err;
};

int spawn(Program& program, const ChildOptions& options, const Capture* capture, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  if (!options.directory.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  if (capture != nullptr) {
    ::posix_spawn_file_actions_adddup2(&actions, capture->out.write.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, capture->err.write.get(), STDERR_FILENO);
  }
  // We may ignore SIGPIPE for the sake of sockets; a child that inherits that writes on for ever.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int problem = ::posix_spawn(&child, program.path.c_str(), &actions, &attributes,
                                    program.arguments.get(), program.environment.get());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return problem;
}

Error cannot_run(int problem, const ChildOptions& options, const std::string& path) {
  // ENOENT is about the folder as much as about the program: say which.
  if (!options.directory.empty() && stamp(options.directory).type != FileType::Directory)
    return system_error(problem,
                        "cannot run `" + options.argv[0] + "` in `" + options.directory + "`",
                        options.directory);
  return system_error(problem, "cannot run `" + options.argv[0] + "`", path);
}

// Hands over what is there; false at the end of the pipe.
template <class Take>
bool drain(int fd, Take take) {
  std::array<char, 64 * 1024> buffer;
  const ssize_t count =
      retry_on_interrupt([&] { return ::read(fd, buffer.data(), buffer.size()); });
  if (count <= 0) return false;
  take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  return true;
}

void collect_output(Capture& capture, const OnOutput& on_output, ChildResult& result) {
  capture.out.write.reset();
  capture.err.write.reset();
  std::array<pollfd, 2> waits = {pollfd{capture.out.read.get(), POLLIN, 0},
                                 pollfd{capture.err.read.get(), POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&result.out, &result.err};
  const std::array<Stream, 2> streams = {Stream::Output, Stream::Error};
  const auto take = [&](std::size_t i, std::string_view text) {
    if (on_output)
      on_output(streams[i], text);
    else
      texts[i]->append(text);
  };
  while (waits[0].fd >= 0 || waits[1].fd >= 0) {
    retry_on_interrupt([&] { return ::poll(waits.data(), waits.size(), -1); });
    for (std::size_t i = 0; i < waits.size(); ++i) {
      const auto take_from = [&take, i](std::string_view text) { take(i, text); };
      if (waits[i].fd >= 0 && waits[i].revents != 0 && !drain(waits[i].fd, take_from))
        waits[i].fd = -1;  // poll skips it
    }
  }
}

void wait_for_end(pid_t child, SignalForwarding& forwarding, ChildResult& result) {
  // First without reaping: until then the pid cannot belong to another process.
  siginfo_t details{};
  retry_on_interrupt(
      [&] { return ::waitid(P_PID, static_cast<id_t>(child), &details, WEXITED | WNOWAIT); });
  forwarding.stop();
  int status = 0;
  retry_on_interrupt([&] { return ::waitpid(child, &status, 0); });
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.status = result.signal != 0 ? 128 + result.signal : WEXITSTATUS(status);
}

}  // namespace

Result<ChildResult> run_child(const ChildOptions& options) {
  return run_streamed(options, nullptr);
}

Result<ChildResult> run_streamed(const ChildOptions& options, const OnOutput& on_output) {
  LPM_TRY_ASSIGN(Program program, prepare(options));
  Capture capture;
  const bool captures = options.capture_output || on_output;
  if (captures) {
    LPM_TRY_ASSIGN(capture.out, make_pipe());
    LPM_TRY_ASSIGN(capture.err, make_pipe());
  }
  const Capture* const used_capture = captures ? &capture : nullptr;
  SignalForwarding forwarding;
  pid_t child = 0;
  const std::string path = program.path;
  int problem = spawn(program, options, used_capture, child);
  if (problem == ENOEXEC) {
    make_shell_script(program, options);
    problem = spawn(program, options, used_capture, child);
  }
  if (problem != 0) return cannot_run(problem, options, path);
  forwarding.start(child);
  ChildResult result;
  if (captures) collect_output(capture, on_output, result);
  wait_for_end(child, forwarding, result);
  return result;
}

Error exec_child(const ChildOptions& options) {
  auto program = prepare(options);
  if (!program) return std::move(program).error();
  const std::string path = program->path;
  if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0)
    return cannot_run(errno, options, path);
  std::signal(SIGPIPE, SIG_DFL);
  ::execve(path.c_str(), program->arguments.get(), program->environment.get());
  if (errno == ENOEXEC) {
    make_shell_script(*program, options);
    ::execve("/bin/sh", program->arguments.get(), program->environment.get());
  }
  return cannot_run(errno, options, path);
}

}  // namespace lpm::os
