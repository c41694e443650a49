// Contracts F.3 and B.1 for global packages: killed at every named point and at any moment.
#include <csignal>
#include <random>

#include "integration/global_support.h"

namespace lpm::integration {
namespace {

using std::chrono::milliseconds;

// What a command does, and what `global list` says before and after it.
struct Step {
  std::vector<std::string> command;
  std::string after;
};

const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {{"install", "-g", "b", "c"}, "a 1.0.0 (a)\nb 1.0.0 (b)\nc 1.0.0 (c)\n"},
      {{"install", "-g", "a@2"}, "a 2.0.0 (a, a-too)\n"},
      {{"update", "-g"}, "a 1.5.0 (a, a-new)\n"},
      {{"uninstall", "-g", "a"}, "no global packages\n"},
  };
  return all;
}

struct KillScene : InstalledScene {
  KillScene() {
    publish_tool("c", "1.0.0");
    registry.publish("a", "1.5.0")
        .bin("a", "cli.js")
        .bin("a-new", "cli.js")
        .file("cli.js", "#!/usr/bin/env node\nconsole.log('a 1.5.0')\n");
    registry.publish("a", "2.0.0")
        .bin("a", "cli.js")
        .bin("a-too", "cli.js")
        .file("cli.js", "#!/usr/bin/env node\nconsole.log('a 2.0.0')\n");
    project.remove(home("cache"));  // the new versions are to be seen
  }

  // Before or after, nothing between; every command that is listed runs, no other is there.
  void expect_before_or_after(const Step& step, bool is_committed) const {
    const std::string expected = is_committed ? step.after : kBefore;
    const Ran listed = lpm({"global", "list"});
    EXPECT_EQ(listed.status, 0) << listed;
    EXPECT_EQ(listed.out, expected) << listed;
    expect_commands(expected);
    expect_settled();
    EXPECT_EQ(lpm({"global", "list"}).err, "");
    // It can be had again.
    if (is_committed) return;
    const Ran again = lpm(step.command);
    EXPECT_EQ(again.status, 0) << again;
    EXPECT_EQ(lpm({"global", "list"}).out, step.after);
    expect_settled();
  }
  void expect_commands(const std::string& listing) const {
    std::string wanted;
    for (const char* command : {"a", "a-new", "a-too", "b", "c"}) {
      const bool is_listed = listing.find("(" + std::string(command) + ",") != std::string::npos ||
                             listing.find("(" + std::string(command) + ")") != std::string::npos ||
                             listing.find(" " + std::string(command) + ")") != std::string::npos;
      EXPECT_EQ(project.exists(home("bin/") + command), is_listed) << command << "\n" << listing;
      if (!is_listed) continue;
      const std::string package(1, command[0]);
      const std::size_t at = listing.find(package + " ");
      EXPECT_EQ(call(command), listing.substr(at, package.size() + 6) + "\n");
    }
  }

  static constexpr const char* kBefore = "a 1.0.0 (a)\n";
};

// labels: contract:F.3 slow
TEST(GlobalCrash, LeadsToBeforeOrAfterFromEveryPoint) {
  struct Point {
    std::string name;
    bool is_committed;
    bool only_with_roots = false;
  };
  const std::vector<Point> points = {
      {"after-global-intent", false, true}, {"after-stage", false, true},
      {"after-install", false, true},       {"after-global-roots", false},
      {"after-global-commit", true},        {"after-global-manifest", true},
      {"during-global-bins", true, true},   {"after-global-bins", true},
  };
  for (const Step& step : steps()) {
    for (const Point& point : points) {
      if (point.only_with_roots && step.command.front() == "uninstall") continue;
      for (const std::string how : {":abort", ":segv"}) {
        SCOPED_TRACE(step.command.front() + " " + step.command.back() + ", " + point.name + how);
        KillScene scene;
        const Ran ran = scene.lpm(step.command, {{"LPM_TEST_PANIC_AT", point.name + how}});
        EXPECT_NE(ran.signal, 0) << ran;
        const Ran next = scene.lpm({"global", "list"});
        const std::string verb = point.is_committed ? "completed `lpm " : "took back `lpm ";
        const bool had_roots = step.command.front() != "uninstall";
        // Once the catalogue is written nothing is told: the change was made. Without roots there
        // is nothing to take back.
        const bool told = point.name == "after-global-commit" || (!point.is_committed && had_roots);
        EXPECT_EQ(next.err.find(verb) != std::string::npos, told) << next;
        scene.expect_before_or_after(step, point.is_committed);
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

// labels: contract:F.3
TEST(GlobalCrash, AFailureBeforeTheCommitLeavesEverythingAsItWas) {
  for (const Step& step : steps()) {
    for (const std::string point :
         {"after-global-intent", "after-stage", "after-install", "after-global-roots"}) {
      if (point != "after-global-roots" && step.command.front() == "uninstall") continue;
      SCOPED_TRACE(step.command.front() + ", " + point);
      KillScene scene;
      const auto before = scene.project.snapshot(scene.home("bin"));
      const Ran ran = scene.lpm(step.command, {{"LPM_TEST_PANIC_AT", point + ":throw"}});
      EXPECT_EQ(ran.status, 70) << ran;
      EXPECT_THAT(ran.err, HasSubstr(point));
      EXPECT_EQ(scene.project.snapshot(scene.home("bin")), before);
      EXPECT_EQ(scene.lpm({"global", "list"}).err, "");
      scene.expect_before_or_after(step, false);
    }
  }
}

// labels: contract:F.3
TEST(GlobalCrash, AFailureAfterTheCommitSaysThatTheNextCommandCompletes) {
  InstalledScene scene;
  const Ran ran =
      scene.lpm({"install", "-g", "b"}, {{"LPM_TEST_PANIC_AT", "after-global-manifest:error"}});
  EXPECT_EQ(ran.status, 70) << ran;
  EXPECT_THAT(ran.err, HasSubstr("the next global command completes it"));
  EXPECT_EQ(scene.lpm({"global", "list"}).out, "a 1.0.0 (a)\nb 1.0.0 (b)\n");
  EXPECT_EQ(scene.call("b"), "b 1.0.0\n");
  scene.expect_settled();
}

// labels: contract:F.3
TEST(GlobalCrash, ARecoveryThatIsCutOffIsDoneAgain) {
  for (const std::string first : {"after-global-commit", "after-global-roots"}) {
    KillScene scene;
    const Step& step = steps().front();
    EXPECT_NE(scene.lpm(step.command, {{"LPM_TEST_PANIC_AT", first + ":abort"}}).signal, 0);
    const Ran second =
        scene.lpm({"global", "list"}, {{"LPM_TEST_PANIC_AT", "during-global-bins:segv"}});
    EXPECT_NE(second.signal, 0) << second;
    scene.expect_before_or_after(step, first == "after-global-commit");
  }
}

// Kills at random moments until `kills` of them have hit a process that was running.
void kill_at_random_moments(const Step& step, int kills) {
  std::mt19937 random(20240607);
  const milliseconds whole = KillScene().lpm(step.command).elapsed;
  std::uniform_int_distribution<int> microseconds(0, static_cast<int>(whole.count()) * 1000);
  int hits = 0;
  for (int i = 0; i < 10 * kills && hits < kills; ++i) {
    const int moment = microseconds(random);
    SCOPED_TRACE("killed after " + std::to_string(moment) + " microseconds");
    KillScene scene;
    TestProject::Child child = scene.start(step.command);
    std::this_thread::sleep_for(std::chrono::microseconds(moment));
    child.kill(SIGKILL);
    hits += child.wait().signal == SIGKILL ? 1 : 0;
    const Ran next = scene.lpm({"global", "list"});
    EXPECT_EQ(next.status, 0) << next;
    EXPECT_TRUE(next.out == KillScene::kBefore || next.out == step.after) << next;
    scene.expect_before_or_after(step, next.out == step.after);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(hits, kills) << "the kills came too late";
}

// labels: contract:F.3 slow
TEST(GlobalKill, AFewMomentsLeadToBeforeOrAfter) {
  for (const Step& step : steps()) kill_at_random_moments(step, 8);
}

// labels: contract:F.3 contract:B.1 long
TEST(GlobalKill, AnyMomentOfInstallLeadsToBeforeOrAfter) {
  kill_at_random_moments(steps()[0], 500);
}

// labels: contract:F.3 contract:B.1 long
TEST(GlobalKill, AnyMomentOfInstallOverAnotherVersionLeadsToBeforeOrAfter) {
  kill_at_random_moments(steps()[1], 500);
}

// labels: contract:F.3 contract:B.1 long
TEST(GlobalKill, AnyMomentOfUpdateLeadsToBeforeOrAfter) {
  kill_at_random_moments(steps()[2], 500);
}

// labels: contract:F.3 contract:B.1 long
TEST(GlobalKill, AnyMomentOfUninstallLeadsToBeforeOrAfter) {
  kill_at_random_moments(steps()[3], 500);
}

}  // namespace
}  // namespace lpm::integration
