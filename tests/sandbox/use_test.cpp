// What build scripts need works inside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "sandbox/stage.h"

namespace lpm::sandbox_test {
namespace {

using os::SandboxLevel;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SandboxUse : public ::testing::TestWithParam<SandboxLevel> {
 protected:
  void SetUp() override {
    if (!can_hold(GetParam())) GTEST_SKIP() << "not on this machine";
  }
  Ran shell(const std::string& script, int newest_landlock = 1000) {
    os::SandboxRequest request = stage.request(GetParam(), {"/bin/sh", "-c", script});
    request.newest_landlock = newest_landlock;
    return run(request);
  }
  void expect_ok(const std::string& script, int newest_landlock = 1000) {
    const Ran ran = shell(script, newest_landlock);
    EXPECT_EQ(ran.outcome.status, 0)
        << script << "\n"
        << ran.out << ran.err
        << "refused: " << (ran.outcome.refused.empty() ? "" : ran.outcome.refused[0]);
  }
  Stage stage;
};

TEST_P(SandboxUse, KeepsWhatIsWrittenInThePackage) {
  expect_ok("mkdir -p build/a && echo hello >build/a/out && mv build/a build/b && ln -s b build/c");
  EXPECT_EQ(os::read_file(stage.scene().own("build/b/out")).value_or(""), "hello\n");
  expect_ok("ln build/b/out build/linked && rm -r build");
  EXPECT_FALSE(os::exists(stage.scene().own("build")));
}

TEST_P(SandboxUse, ChangesModesAndTimesInThePackage) {
  for (const int newest_landlock : {1000, 3}) {
    expect_ok("echo x >tool && chmod 755 tool && touch -d @1000 tool", newest_landlock);
    struct stat status {};
    ASSERT_EQ(::stat(stage.scene().own("tool").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0755U);
    EXPECT_EQ(status.st_mtim.tv_sec, 1000);
    expect_ok(
        "cp -a tool copy && install -m 700 tool installed && tar cf x.tar tool && rm tool && "
        "tar xf x.tar && test -x tool && chown $(id -u) tool",
        newest_landlock);
  }
}

TEST_P(SandboxUse, SignalsItsOwnProcesses) {
  for (const int newest_landlock : {1000, 3})
    expect_ok("sleep 30 & kill $! ; wait $! ; test $? = 143", newest_landlock);
}

TEST_P(SandboxUse, RunsNode) {
  const Ran ran = shell(
      "node -e \"const c=require('child_process');"
      "require('fs').writeFileSync('made','x');"
      "console.log(c.execFileSync('node',['-p','1+1']).toString().trim(), "
      "require('os').cpus().length>0,"
      "require('os').userInfo().username.length>0)\"");
  EXPECT_EQ(ran.out, "2 true true\n") << ran.err;
  EXPECT_TRUE(os::exists(stage.scene().own("made")));
}

TEST_P(SandboxUse, RunsAProgramOfASibling) {
  expect_ok("node ../sibling/tool.js", 1000);
}

TEST_P(SandboxUse, CompilesAndRunsAProgram) {
  expect_ok(
      "printf 'int main(void){return 0;}' >a.c && cc a.c -o a && ./a && printf 'all:\\n\\ttrue\\n' "
      ">Makefile && make -s -j2 && python3 -c 'import json'");
}

TEST_P(SandboxUse, HasAPrivateHomeAndTemporaryFolder) {
  const Ran ran = shell(
      "ls -A $HOME && echo x >$HOME/file && mkdir $TMPDIR/a && mktemp >/dev/null && "
      "cat $HOME/file && echo x >/dev/null");
  EXPECT_EQ(ran.outcome.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "x\n");
  const Ran again = shell("cat $HOME/file");
  EXPECT_NE(again.outcome.status, 0);
}

TEST_P(SandboxUse, HandsOnOutputStatusAndSignal) {
  const Ran ran = shell("echo out; echo err >&2; cat; exit 7");
  EXPECT_EQ(ran.out, "out\n");
  EXPECT_EQ(ran.err, "err\n");
  EXPECT_EQ(ran.outcome.status, 7);
  const Ran killed = shell("kill -9 $$");
  EXPECT_EQ(killed.outcome.signal, SIGKILL);
  EXPECT_EQ(killed.outcome.status, 128 + SIGKILL);
  EXPECT_THAT(killed.outcome.refused, IsEmpty());
}

TEST_P(SandboxUse, ReachesTheNetworkWhenGranted) {
  os::SandboxRequest request = stage.request(
      GetParam(),
      {"/bin/sh", "-c",
       "node -e \"require('net').connect(" + std::to_string(stage.scene().port) +
           ",'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))\""});
  request.network = os::SandboxNetwork::Granted;
  EXPECT_EQ(run(request).outcome.status, 0);
  std::vector<std::string> words = {stage.scene().program, "attempt", "connect-to-agent"};
  for (std::string& word : stage.scene().words()) words.push_back(std::move(word));
  for (const char* attempt : {"connect-to-agent", "connect-to-abstract-socket", "netlink"}) {
    words[2] = attempt;
    os::SandboxRequest other = stage.request(GetParam(), words);
    other.network = os::SandboxNetwork::Granted;
    EXPECT_EQ(run(other).outcome.status, 1) << attempt;
  }
}

TEST_P(SandboxUse, LeavesNoScratchBehind) {
  const Ran ran = shell("echo $TMPDIR; mkdir -p $TMPDIR/a/b; chmod 0 $TMPDIR/a");
  ASSERT_EQ(ran.outcome.status, 0) << ran.err;
  std::string folder = ran.out.substr(0, ran.out.find('\n'));
  // At level full it is /tmp inside, which says nothing here.
  if (GetParam() != SandboxLevel::Contained) return;
  EXPECT_FALSE(os::exists(folder)) << folder;
}

TEST_P(SandboxUse, SaysWhatItCannotDo) {
  os::SandboxRequest request = stage.request(GetParam(), {"/no/such/program"});
  const auto outcome = os::run_sandboxed(request, nullptr);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::IO);
}

INSTANTIATE_TEST_SUITE_P(Levels, SandboxUse,
                         ::testing::Values(SandboxLevel::Full, SandboxLevel::Contained),
                         [](const auto& level) { return std::string(name_of(level.param)); });

TEST(Sandbox, RefusesALevelThatTheKernelCannotHold) {
  const Stage stage;
  os::SandboxRequest request = stage.request(SandboxLevel::Contained, {"/bin/true"});
  request.newest_landlock = 2;
  const auto outcome = os::run_sandboxed(request, nullptr);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::IO);
  EXPECT_THAT(outcome.error().facts.at(0).text, HasSubstr("Landlock"));
}

TEST(Sandbox, SaysWhatTheMachineCanDo) {
  const os::SandboxAbility ability = os::probe_sandbox();
  ASSERT_EQ(ability.layers.size(), 3U);
  for (const os::SandboxLayer& layer : ability.layers)
    EXPECT_TRUE(layer.works || !layer.detail.empty()) << layer.name;
  EXPECT_NE(ability.best, SandboxLevel::None) << ability.layers[0].detail;
}

// The figure of docs/sandbox.md; printed, not asserted.
TEST(Sandbox, CostsAFewMilliseconds) {
  const Stage stage;
  constexpr int kRuns = 20;
  for (const SandboxLevel level :
       {SandboxLevel::None, SandboxLevel::Contained, SandboxLevel::Full}) {
    const auto started = std::chrono::steady_clock::now();
    for (int i = 0; i < kRuns; ++i)
      EXPECT_EQ(run(stage.request(level, {"/bin/true"})).outcome.status, 0);
    const std::chrono::duration<double, std::milli> took =
        std::chrono::steady_clock::now() - started;
    std::printf("%s: %.2f ms\n", std::string(name_of(level)).c_str(), took.count() / kRuns);
  }
}

}  // namespace
}  // namespace lpm::sandbox_test
