// Contract C.6: peers that stop answering. The times are shortened by settings; one long test waits
// for the real ones.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <vector>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using std::chrono::milliseconds;

constexpr const char* kTarball = "/a/-/a-1.0.0.tgz";

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0"})") {
    registry.publish("a", "1.0.0").file("index.js", std::string(100'000, 'x'));
  }
  void expect_given_up(const Ran& ran, const std::string& path) {
    EXPECT_EQ(ran.status, 30) << ran;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_TIMEOUT"));
    EXPECT_THAT(ran.err, HasSubstr(registry.origin() + path));
    EXPECT_FALSE(project.exists("node_modules"));
    EXPECT_FALSE(project.exists("lpm.lock"));
  }
};

// labels: contract:C.6
TEST(Stall, EndsAnAttemptWithoutAByteAndTriesAgain) {
  for (const char* path : {"/a", kTarball}) {
    SCOPED_TRACE(path);
    Scene scene;
    scene.registry.fault(path).stall().times(1);
    const Ran ran = scene.project.lpm({"install", "--fetch-timeout=300"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_GE(ran.elapsed, milliseconds(300));
    EXPECT_EQ(scene.registry.count(path), 2U);
  }
}

// labels: contract:C.6
TEST(Stall, GivesUpAfterTheBudgetAndNamesTheUrl) {
  for (const char* path : {"/a", kTarball}) {
    SCOPED_TRACE(path);
    Scene scene;
    scene.registry.fault(path).stall();
    scene.project.write(".npmrc", "fetch-timeout=200\n");
    const Ran ran = scene.project.lpm({"install"});
    scene.expect_given_up(ran, path);
    EXPECT_EQ(scene.registry.count(path), 4U);
    EXPECT_LT(ran.elapsed, milliseconds(4000));
  }
}

// labels: contract:C.6
TEST(Stall, CountsFromTheLastByte) {
  Scene scene;
  scene.registry.fault(kTarball).cut_body(500).stall().times(1);
  const Ran ran = scene.project.lpm({"install", "--fetch-timeout=300"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(scene.project.read("node_modules/a/index.js").size(), 100'000U);
  Scene slow;
  // Slower than the limit as a whole, and never silent for so long.
  slow.registry.publish("a", "1.0.0").file("data", std::string(3000, 'x'));
  slow.registry.fault(kTarball).slow(40, 100);
  const Ran steady = slow.project.lpm({"install", "--fetch-timeout=300"});
  EXPECT_EQ(steady.status, 0) << steady;
  EXPECT_GE(steady.elapsed, milliseconds(300));
  EXPECT_EQ(slow.registry.count(kTarball), 1U);
}

// A port that takes no connection and refuses none.
class DeafPort {
 public:
  DeafPort() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 0), 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    // The queue has room for one; the next ones are left hanging.
    for (int i = 0; i < 4; ++i) {
      const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address);
      clients_.push_back(client);
    }
  }
  ~DeafPort() {
    for (const int client : clients_) ::close(client);
    ::close(listener_);
  }
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;

  int port = 0;

 private:
  int listener_;
  std::vector<int> clients_;
};

// labels: contract:C.6
TEST(Stall, EndsAnAttemptThatDoesNotConnect) {
  const DeafPort deaf;
  Scene scene;
  const std::string url = "http://127.0.0.1:" + std::to_string(deaf.port) + "/";
  scene.project.use_registry_url(url);
  const Ran ran = scene.project.lpm({"install", "--fetch-timeout=200"});
  EXPECT_EQ(ran.status, 30) << ran;
  EXPECT_THAT(ran.err, HasSubstr(url + "a"));
  EXPECT_THAT(ran.err, HasSubstr("connect"));
  EXPECT_GE(ran.elapsed, milliseconds(4 * 200));
  EXPECT_LT(ran.elapsed, milliseconds(4000));
}

// labels: contract:C.6 slow
TEST(Stall, IsToldAfterFiveSeconds) {
  Scene scene;
  scene.registry.fault(kTarball).delay(6500);
  const Ran ran = scene.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err,
              HasSubstr("still waiting for " + scene.registry.origin() + kTarball + " (5 s)\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("waiting")));
}

// labels: contract:C.6 slow
TEST(Stall, IsToldByTheLiveLineOfATerminal) {
  for (const int columns : {80, 40}) {
    Scene scene;
    scene.registry.fault(kTarball).delay(6500);
    const Ran ran = scene.project.lpm({"install"}, {.terminal_columns = columns});
    EXPECT_EQ(ran.status, 0) << ran;
    const std::string line =
        ("waiting 5 s for " + scene.registry.origin() + kTarball).substr(0, 39);
    EXPECT_THAT(ran.out, HasSubstr("\r\x1b[K" + line)) << ran;
    // The line goes before the summary comes.
    EXPECT_THAT(ran.out, HasSubstr("\r\x1b[K+ a 1.0.0\r\n")) << ran;
    EXPECT_TRUE(ran.terminal_restored);
  }
}

// labels: contract:C.6 long
TEST(Stall, WaitsThirtySecondsForAByteAndTenForAConnection) {
  Scene silent;
  silent.registry.fault("/a").stall();
  TestProject::Child waiting = silent.project.start_lpm({"install", "--fetch-retries=0"});
  const DeafPort deaf;
  Scene scene;
  scene.project.use_registry_url("http://127.0.0.1:" + std::to_string(deaf.port) + "/");
  const Ran unconnected = scene.project.lpm({"install", "--fetch-retries=0"});
  EXPECT_EQ(unconnected.status, 30) << unconnected;
  EXPECT_GE(unconnected.elapsed, milliseconds(9'500));
  EXPECT_LT(unconnected.elapsed, milliseconds(14'000));
  const Ran ran = waiting.wait();
  silent.expect_given_up(ran, "/a");
  EXPECT_GE(ran.elapsed, milliseconds(29'500));
  EXPECT_LT(ran.elapsed, milliseconds(36'000));
}

}  // namespace
}  // namespace lpm::integration
