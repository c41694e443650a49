#include "sandbox/stage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "os/process.h"

namespace lpm::sandbox_test {
namespace {

void write(const std::string& path, const std::string& text) {
  const std::string folder = path.substr(0, path.rfind('/'));
  ASSERT_TRUE(os::make_directories(folder)) << folder;
  ASSERT_TRUE(os::write_file(path, text)) << path;
}

os::Fd listener(int family, int type, const void* address, std::size_t size) {
  os::Fd fd(::socket(family, type | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(fd.get(), static_cast<const sockaddr*>(address), static_cast<socklen_t>(size)),
            0)
      << std::strerror(errno);
  if (type == SOCK_STREAM && ::listen(fd.get(), 16) != 0) ADD_FAILURE() << "no listener";
  return fd;
}

// A TCP listener and a UDP receiver with the same number.
int open_port(std::vector<os::Fd>& open) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  open.push_back(listener(AF_INET, SOCK_STREAM, &address, sizeof(address)));
  socklen_t size = sizeof(address);
  ::getsockname(open.back().get(), reinterpret_cast<sockaddr*>(&address), &size);
  open.push_back(listener(AF_INET, SOCK_DGRAM, &address, sizeof(address)));
  return ntohs(address.sin_port);
}

}  // namespace

Stage::Stage() {
  scene_.root = os::real_path(folder_.path()).value_or("");
  scene_.package = scene_.project("node_modules/package");
  scene_.program = os::own_executable();
  write_files();
  start_victim();
  open_sockets();
}

Stage::~Stage() {
  victim_input_.reset();
  ::waitpid(scene_.victim, nullptr, 0);
  if (segment_ >= 0) ::shmctl(segment_, IPC_RMID, nullptr);
  ::mq_unlink(("/" + scene_.abstract_name()).c_str());
  ::close(kInherited);
}

void Stage::write_files() {
  for (const char* path : {".ssh/id", ".npmrc", "visible/file", ".cache/tool", ".npm/other"})
    write(scene_.home(path), "secret\n");
  for (const char* path : {".env", "src/index.js", "package.json", ".git/hooks/other"})
    write(scene_.project(path), "secret\n");
  write(scene_.own("package.json"), "{}\n");
  for (const char* path : {"index.js", "remove-me", "cut-me"})
    write(scene_.sibling(path), "fine\n");
  for (const char* path : {"file", "file2", "take-me"}) write(scene_.outside(path), "secret\n");
  write(scene_.sibling("tool.js"), "process.exit(0)\n");
  if (::geteuid() != 0) return;
  // A program that becomes nobody; a copy, since attributes belong to the file.
  const std::string program = scene_.sibling("as-nobody");
  const auto text = os::read_file(scene_.program);
  ASSERT_TRUE(text && os::write_file(program, *text));
  ASSERT_EQ(::chown(program.c_str(), 65534, 65534), 0);
  ASSERT_EQ(::chmod(program.c_str(), 04755), 0);
}

void Stage::restore() {
  for (const char* path : {"index.js", "remove-me", "cut-me"})
    write(scene_.sibling(path), "fine\n");
  for (const char* path : {"file", "file2", "take-me"}) write(scene_.outside(path), "secret\n");
  for (const char* path : {"file", "file2"}) {
    ::chmod(scene_.outside(path).c_str(), 0644);
    ::utimensat(AT_FDCWD, scene_.outside(path).c_str(), nullptr, 0);
    if (::geteuid() == 0 && ::chown(scene_.outside(path).c_str(), 0, 0) != 0) ADD_FAILURE();
  }
  for (const char* path : {"new", "mine", "folder", "pipe", "linked", "link"})
    ::remove(scene_.outside(path).c_str());
  ::remove(scene_.sibling("new.js").c_str());
  ::remove(scene_.home(".npm/entry").c_str());
  ::remove(scene_.home(".profile").c_str());
  ::remove(scene_.project(".git/hooks/pre").c_str());
  for (const char* path : {"linked", "symlink", "mine", "taken", "to-outside", "device"})
    ::remove(scene_.own(path).c_str());
}

void Stage::start_victim() {
  std::array<int, 2> input{};
  std::array<int, 2> output{};
  ASSERT_EQ(::pipe2(input.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(output.data(), O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  std::string argument = "victim";
  std::string variable = std::string("SECRET=") + kSecret;
  const std::array<char*, 3> arguments = {scene_.program.data(), argument.data(), nullptr};
  const std::array<char*, 2> environment = {variable.data(), nullptr};
  ASSERT_EQ(::posix_spawn(&scene_.victim, scene_.program.c_str(), &actions, nullptr,
                          arguments.data(), environment.data()),
            0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(input[0]);
  ::close(output[1]);
  victim_input_ = os::Fd(input[1]);
  const os::Fd answer(output[0]);
  std::array<char, 64> text{};
  ASSERT_GT(::read(answer.get(), text.data(), text.size() - 1), 0);
  scene_.victim_address = std::strtoull(text.data(), nullptr, 10);
}

void Stage::listen_on_path(const std::string& path, int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  open_.push_back(listener(AF_UNIX, type, &address, sizeof(address)));
}

void Stage::open_sockets() {
  listen_on_path(scene_.outside("agent.sock"), SOCK_STREAM);
  listen_on_path(scene_.outside("datagram.sock"), SOCK_DGRAM);
  listen_on_path(scene_.sibling("s.sock"), SOCK_STREAM);
  sockaddr_un abstract{};
  abstract.sun_family = AF_UNIX;
  const std::string name = scene_.abstract_name();
  std::memcpy(abstract.sun_path + 1, name.data(), name.size());
  open_.push_back(
      listener(AF_UNIX, SOCK_STREAM, &abstract, offsetof(sockaddr_un, sun_path) + 1 + name.size()));
  scene_.port = open_port(open_);
  os::Fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal.valid() && ::grantpt(terminal.get()) == 0 && ::unlockpt(terminal.get()) == 0)
    scene_.terminal = ::ptsname(terminal.get());
  open_.push_back(std::move(terminal));
  scene_.shared_memory = scene_.victim;
  segment_ = ::shmget(scene_.shared_memory, 4096, IPC_CREAT | 0600);
  open_.emplace_back(::mq_open(("/" + name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600, nullptr));
  // Left open for children on purpose.
  const os::Fd key(::open(scene_.home(".ssh/id").c_str(), O_RDONLY | O_CLOEXEC));
  ::dup2(key.get(), kInherited);
}

os::SandboxRequest Stage::request(os::SandboxLevel level, std::vector<std::string> argv) const {
  os::SandboxRequest request;
  request.level = level;
  request.argv = std::move(argv);
  request.environment = {{"PATH", "/usr/local/bin:/usr/bin:/bin"}};
  request.directory = scene_.package;
  request.writable = {scene_.package};
  request.readable = {scene_.project("node_modules"), scene_.program};
  return request;
}

bool can_hold(os::SandboxLevel level) {
  static const os::SandboxLevel best = os::probe_sandbox().best;
  return level <= best;
}

Ran run(const os::SandboxRequest& request) {
  Ran ran;
  auto outcome = os::run_sandboxed(request, [&ran](os::Stream stream, std::string_view text) {
    (stream == os::Stream::Output ? ran.out : ran.err).append(text);
  });
  if (!outcome) {
    ADD_FAILURE() << outcome.error().what
                  << (outcome.error().facts.empty() ? "" : ": " + outcome.error().facts[0].text);
    ran.outcome.status = -1;
    return ran;
  }
  ran.outcome = std::move(*outcome);
  return ran;
}

}  // namespace lpm::sandbox_test
