#include "support/test_project.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "support/fake_registry.h"
#include "support/terminal.h"

namespace lpm::support {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

[[noreturn]] void give_up(const std::string& what) {
  std::cerr << "test support: " << what << ": " << std::strerror(errno) << '\n';
  std::abort();
}

std::string slurp(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The folder of `node` on the outer PATH: the only thing that is taken over from outside.
std::string node_folder() {
  std::string_view rest = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
  while (!rest.empty()) {
    std::string folder(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    if (folder.starts_with("/") && access((folder + "/node").c_str(), X_OK) == 0) return folder;
  }
  return "";
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int open_or_give_up(const std::string& path, int flags) {
  int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0) give_up("cannot open " + path);
  return file;
}

constexpr uid_t kNobody = 65534;

// In the child, after everything that root must do.
void become_nobody() {
  const bool done = setgroups(0, nullptr) == 0 && setresgid(kNobody, kNobody, kNobody) == 0 &&
                    setresuid(kNobody, kNobody, kNobody) == 0;
  if (!done) _exit(126);
}

std::string describe(const fs::path& path) {
  struct stat facts {};
  lstat(path.c_str(), &facts);
  if (S_ISLNK(facts.st_mode)) return "-> " + fs::read_symlink(path).string();
  if (S_ISDIR(facts.st_mode)) return "folder " + std::to_string(facts.st_mode & 07777);
  return "file " + std::to_string(facts.st_mode & 07777) + " " + std::to_string(facts.st_size) +
         " " + sha1_hex(slurp(path.string()));
}

}  // namespace

std::ostream& operator<<(std::ostream& stream, const Ran& ran) {
  stream << "status " << ran.status << (ran.timed_out ? " (time limit)" : "") << " after "
         << ran.elapsed.count() << " ms\n--- stdout\n"
         << ran.out << "--- stderr\n"
         << ran.err << "---\n";
  return stream;
}

TestProject::TestProject() {
  std::string pattern = fs::temp_directory_path().string() + "/lpm-test-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) give_up("cannot make " + pattern);
  root_ = fs::canonical(pattern).string();
  for (const char* folder : {"/home", "/project", "/tmp"}) fs::create_directory(root_ + folder);
  use_registry_url("http://127.0.0.1:9/");
}

TestProject::~TestProject() {
  if (std::getenv("LPM_KEEP_TEST_PROJECTS") != nullptr) {
    std::cerr << "kept: " << root_ << '\n';
    return;
  }
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void TestProject::use(const FakeRegistry& registry) {
  use_registry_url(registry.url());
}

void TestProject::use_registry_url(std::string_view url) {
  write(home() + "/.npmrc", "registry=" + std::string(url) + "\n");
}

Environment TestProject::environment(const Environment& added) const {
  static const std::string node = node_folder();
  Environment result = {
      {"PATH", (node.empty() ? "" : node + ":") + "/usr/local/bin:/usr/bin:/bin"},
      {"HOME", home()},
      {"LPM_HOME", home() + "/.lpm"},
      {"TMPDIR", root_ + "/tmp"},
      {"LANG", "C.UTF-8"},
  };
  for (const auto& [name, value] : added_) result[name] = value;
  for (const auto& [name, value] : added) result[name] = value;
  return result;
}

std::string TestProject::lpm_binary() {
  if (const char* path = std::getenv("LPM_UNDER_TEST")) return path;
#ifdef LPM_UNDER_TEST
  return LPM_UNDER_TEST;
#else
  return "lpm";
#endif
}

Ran TestProject::lpm(const std::vector<std::string>& arguments, const RunOptions& options) const {
  return start_lpm(arguments, options).wait(options.time_limit);
}

Ran TestProject::run(const std::vector<std::string>& argv, const RunOptions& options) const {
  return start(argv, options).wait(options.time_limit);
}

TestProject::Child TestProject::start_lpm(const std::vector<std::string>& arguments,
                                          const RunOptions& options) const {
  std::vector<std::string> argv = {lpm_binary()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return start(argv, options);
}

TestProject::Child TestProject::start(const std::vector<std::string>& argv,
                                      const RunOptions& options) const {
  static std::atomic<int> counter = 0;
  std::string prefix = root_ + "/." + std::to_string(++counter);
  Child child;
  child.out_file_ = prefix + ".out";
  child.err_file_ = prefix + ".err";
  std::string in_file = prefix + ".in";
  write(in_file, options.input);
  int in = open_or_give_up(in_file, O_RDONLY);
  int out = open_or_give_up(child.out_file_, O_CREAT | O_WRONLY | O_TRUNC);
  int err = open_or_give_up(child.err_file_, O_CREAT | O_WRONLY | O_TRUNC);
  const int terminal =
      options.terminal_columns > 0
          ? (child.terminal_ = std::make_shared<Terminal>(options.terminal_columns))->child_end()
          : -1;
  std::string directory = options.directory.empty() ? path() : absolute(options.directory);

  std::vector<std::string> words = argv, variables;
  for (const auto& [name, value] : environment(options.environment))
    variables.push_back(name + "=" + value);
  std::vector<char*> arguments = pointers(words), environment = pointers(variables);
  child.started_ = Clock::now();
  child.pid_ = fork();
  if (child.pid_ < 0) give_up("cannot fork");
  if (child.pid_ == 0) {
    if (terminal >= 0) {
      setsid();
      ioctl(terminal, TIOCSCTTY, 0);
      for (const int standard : {0, 1, 2}) dup2(terminal, standard);
    } else {
      setpgid(0, 0);
      dup2(in, 0);
      dup2(out, 1);
      dup2(err, 2);
    }
    signal(SIGPIPE, SIG_DFL);
    if (options.unprivileged && geteuid() == 0) become_nobody();
    if (chdir(directory.c_str()) == 0) execvpe(arguments[0], arguments.data(), environment.data());
    dprintf(2, "cannot run %s in %s: %s\n", arguments[0], directory.c_str(), std::strerror(errno));
    _exit(127);
  }
  if (child.terminal_) {
    child.terminal_->type(options.input);
    child.terminal_->close_child_end();
  } else {
    setpgid(child.pid_, child.pid_);
  }
  for (int file : {in, out, err}) close(file);
  return child;
}

void TestProject::give_away() const {
  if (geteuid() != 0) return;
  if (lchown(root_.c_str(), kNobody, kNobody) != 0) give_up("cannot give away " + root_);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root_))
    if (lchown(entry.path().c_str(), kNobody, kNobody) != 0)
      give_up("cannot give away " + entry.path().string());
}

TestProject::Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_file_(std::move(other.out_file_)),
      err_file_(std::move(other.err_file_)),
      terminal_(std::move(other.terminal_)),
      started_(other.started_),
      ended_(std::move(other.ended_)) {}

TestProject::Child::~Child() {
  if (pid_ > 0 && !ended_) {
    kill(SIGKILL);
    wait();
  }
}

// The whole process group: what the child started goes with it.
void TestProject::Child::kill(int signal) {
  ::kill(-pid_, signal);
}

bool TestProject::Child::is_running() {
  siginfo_t facts{};
  return !ended_ &&
         waitid(P_PID, static_cast<id_t>(pid_), &facts, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         facts.si_pid == 0;
}

std::string TestProject::Child::output() const {
  return terminal_ ? terminal_->output() : slurp(out_file_);
}

Ran TestProject::Child::wait(std::chrono::seconds limit) {
  if (ended_) return *ended_;
  Ran ran;
  auto pause = std::chrono::microseconds(200);
  while (is_running()) {
    if (Clock::now() - started_ > limit && !ran.timed_out) {
      ran.timed_out = true;
      kill(SIGKILL);
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(5000));
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  ::kill(-pid_, SIGKILL);  // whatever it left behind
  ran.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
  ran.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + ran.signal;
  ran.out = terminal_ ? terminal_->all_output() : slurp(out_file_);
  ran.err = slurp(err_file_);
  ran.terminal_restored = !terminal_ || terminal_->is_as_before();
  // What ctest shows of a test that fails: most assertions name only the status.
  if (ran.status != 0) std::cerr << ran;
  ended_ = ran;
  return ran;
}

std::string TestProject::absolute(std::string_view path) const {
  return path.starts_with("/") ? std::string(path) : path.empty() ? this->path() : this->path(path);
}

void TestProject::write(std::string_view path, std::string_view content) const {
  std::string target = absolute(path);
  fs::create_directories(fs::path(target).parent_path());
  std::ofstream stream(target, std::ios::binary | std::ios::trunc);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!stream.flush()) give_up("cannot write " + target);
}

std::string TestProject::read(std::string_view path) const {
  return slurp(absolute(path));
}

bool TestProject::exists(std::string_view path) const {
  return fs::symlink_status(absolute(path)).type() != fs::file_type::not_found;
}

std::string TestProject::link_target(std::string_view path) const {
  std::error_code error;
  fs::path target = fs::read_symlink(absolute(path), error);
  return error ? "" : target.string();
}

void TestProject::remove(std::string_view path) const {
  fs::remove_all(absolute(path));
}
void TestProject::make_directory(std::string_view path) const {
  fs::create_directories(absolute(path));
}

std::string TestProject::tree(std::string_view path) const {
  fs::path top = absolute(path);
  if (fs::symlink_status(top).type() == fs::file_type::not_found) return "(absent)\n";
  if (!fs::is_directory(fs::symlink_status(top))) return "(no folder)\n";
  std::vector<std::string> lines;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(top)) {
    std::string name = entry.path().lexically_relative(top).string();
    if (entry.is_symlink())
      lines.push_back(name + " -> " + fs::read_symlink(entry.path()).string());
    else if (entry.is_directory())
      if (fs::is_empty(entry.path()))
        lines.push_back(name + "/");
      else
        continue;
    else
      lines.push_back(name + (access(entry.path().c_str(), X_OK) == 0 ? "*" : ""));
  }
  std::sort(lines.begin(), lines.end());
  std::string result;
  for (const std::string& line : lines) result += line + "\n";
  return result;
}

std::map<std::string, std::string> TestProject::snapshot(std::string_view path) const {
  fs::path top = absolute(path);
  std::map<std::string, std::string> result;
  fs::file_status status = fs::symlink_status(top);
  if (status.type() == fs::file_type::not_found) return result;
  result["."] = describe(top);
  if (!fs::is_directory(status)) return result;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(top))
    result[entry.path().lexically_relative(top).string()] = describe(entry.path());
  return result;
}

}  // namespace lpm::support
