// `lpm update`: from a list at a terminal, and cut off in the middle.
#include <csignal>
#include <thread>

#include "integration/support.h"

namespace lpm::integration {
namespace {

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0", "b": "~1.0.0"})") {
    for (const char* name : {"a", "b"})
      registry.publish(name, "1.0.0").depends("deep", "^1.0.0").file("index.js", "1");
    registry.publish("deep", "1.0.0").file("index.js", "1");
    const Ran ran = project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    old_manifest = project.read("package.json");
    old_lockfile = project.read("lpm.lock");
    registry.publish("a", "1.4.0").depends("deep", "^1.0.0").file("index.js", "14");
    registry.publish("a", "2.0.0").depends("deep", "^1.0.0").file("index.js", "2");
    registry.publish("b", "1.1.0").depends("deep", "^1.0.0").file("index.js", "11");
  }
  bool is_old() const {
    return project.read("package.json") == old_manifest && project.read("lpm.lock") == old_lockfile;
  }
  void expect_latest() const {
    EXPECT_THAT(project.read("package.json"), HasSubstr("{\"a\": \"^2.0.0\", \"b\": \"~1.1.0\"}"));
    EXPECT_EQ(project.read("node_modules/a/index.js"), "2");
    EXPECT_EQ(project.read("node_modules/b/index.js"), "11");
    const Ran ran = project.lpm({"install", "--frozen-lockfile"});
    EXPECT_EQ(ran.out, "up to date, 3 packages\n") << ran;
  }
  std::string old_manifest, old_lockfile;
};

const std::vector<std::string> kPoints = {"after-snapshot", "after-stage", "after-install",
                                          "after-finalize"};

// labels: contract:B.3
TEST(Update, LeavesTheProjectAloneWhenAPointFails) {
  for (const std::string how : {":error", ":throw"}) {
    for (const std::string& point : kPoints) {
      SCOPED_TRACE(point + how);
      Scene scene;
      const Ran ran = scene.project.lpm({"update", "--latest"},
                                        {.environment = {{"LPM_TEST_PANIC_AT", point + how}}});
      EXPECT_EQ(ran.status, 70) << ran;
      EXPECT_THAT(ran.err, HasSubstr(point));
      EXPECT_TRUE(scene.is_old());
      const Ran next = scene.project.lpm({"install"});
      EXPECT_EQ(next.status, 0) << next;
      EXPECT_EQ(scene.project.read("node_modules/a/index.js"), "1");
      EXPECT_EQ(scene.project.lpm({"update", "--latest"}).status, 0);
      scene.expect_latest();
    }
  }
}

// labels: contract:B.3 contract:B.4
TEST(Update, IsRepairedByTheNextCommand) {
  for (const char* how : {":abort", ":segv"}) {
    for (const std::string& point : kPoints) {
      SCOPED_TRACE(point + how);
      Scene scene;
      const Ran ran = scene.project.lpm({"update", "--latest"},
                                        {.environment = {{"LPM_TEST_PANIC_AT", point + how}}});
      EXPECT_NE(ran.signal, 0) << ran;
      EXPECT_EQ(scene.project.read("package.json"), scene.old_manifest);
      const bool begun = point == "after-install" || point == "after-finalize";
      const Ran next = scene.project.lpm({"install"});
      EXPECT_EQ(next.status, 0) << next;
      EXPECT_EQ(next.err.find("completed `lpm update`") != std::string::npos, begun) << next;
      EXPECT_TRUE(begun || scene.is_old());
      EXPECT_EQ(scene.project.lpm({"update", "--latest"}).status, 0);
      scene.expect_latest();
    }
  }
}

// labels: contract:B.2
TEST(Update, EndsAtASignalWithTheProjectAsItWas) {
  for (const char* path : {"/a", "/a/-/*"}) {
    SCOPED_TRACE(path);
    Scene scene;
    scene.registry.clear_log();
    scene.registry.fault(path).stall();
    TestProject::Child child = scene.project.start_lpm({"update"});
    while (scene.registry.count(path) == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    child.kill(SIGTERM);
    const Ran ran = child.wait();
    EXPECT_EQ(ran.status, 143) << ran;
    EXPECT_THAT(ran.err, HasSubstr("the project is as it was before"));
    EXPECT_TRUE(scene.is_old());
  }
}

// labels: contract:J.7
TEST(Update, MajorNeverTakesAPackageToALowerVersion) {
  Workplace work(R"({"a": "^2.0.0-beta.1", "b": "^1.0.0"})");
  work.registry.publish("a", "1.5.0").file("index.js", "15");
  work.registry.publish("a", "2.0.0-beta.1").file("index.js", "2");
  work.registry.tag("a", "latest", "1.5.0");
  work.registry.publish("b", "1.0.0").file("index.js", "1");
  ASSERT_EQ(work.project.lpm({"install"}).status, 0);
  work.registry.publish("b", "2.0.0").file("index.js", "2");
  const Ran major = work.project.lpm({"upgrade", "--major"});
  EXPECT_EQ(major.status, 0) << major;
  EXPECT_THAT(work.project.read("package.json"),
              HasSubstr(R"({"a": "^2.0.0-beta.1", "b": "^2.0.0"})"));
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "2");
  const Ran latest = work.project.lpm({"update", "--latest"});
  EXPECT_EQ(latest.status, 0) << latest;
  EXPECT_THAT(work.project.read("package.json"), HasSubstr("\"a\": \"^1.5.0\""));
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "15");
}

class AtATerminal {
 public:
  AtATerminal(const Scene& scene, const std::vector<std::string>& arguments,
              const std::string& input)
      : child_(scene.project.start_lpm(arguments, {.input = input, .terminal_columns = 80})) {}
  void wait_for_question() {
    while (child_.is_running() && child_.output().find("update which?") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  TestProject::Child& child() { return child_; }

 private:
  TestProject::Child child_;
};

TEST(Update, TakesFromAListWhatIsChosen) {
  Scene scene;
  AtATerminal run(scene, {"update", "-i", "--latest"}, "2\n");
  const Ran ran = run.child().wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.out, HasSubstr("  1  a  1.0.0 -> 2.0.0"));
  EXPECT_THAT(ran.out, HasSubstr("  2  b  1.0.0 -> 1.1.0"));
  EXPECT_THAT(scene.project.read("package.json"),
              HasSubstr("{\"a\": \"^1.0.0\", \"b\": \"~1.1.0\"}"));
  EXPECT_EQ(scene.project.read("node_modules/a/index.js"), "1");
  EXPECT_EQ(scene.project.read("node_modules/b/index.js"), "11");
}

TEST(Update, AsksAgainForNumbersThatAreNotInTheList) {
  Scene scene;
  AtATerminal run(scene, {"update", "-i", "--latest"}, "1-3\n0\nnone\n1, 2\n");
  const Ran ran = run.child().wait();
  EXPECT_EQ(ran.status, 0) << ran;
  scene.expect_latest();
}

TEST(Update, ChangesNothingWhenNothingIsChosen) {
  Scene scene;
  const auto before = scene.project.snapshot();
  AtATerminal run(scene, {"update", "-i"}, "\n");
  const Ran ran = run.child().wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.out, HasSubstr("  1  a  1.0.0 -> 1.4.0  (latest 2.0.0)"));
  EXPECT_THAT(ran.out, Not(HasSubstr("  2  ")));
  EXPECT_THAT(ran.out, HasSubstr("nothing was chosen"));
  EXPECT_EQ(scene.project.snapshot(), before);
}

// labels: contract:B.2
TEST(Update, EndsAtASignalWhileItAsks) {
  Scene scene;
  AtATerminal run(scene, {"update", "-i"}, "");
  run.wait_for_question();
  run.child().kill(SIGINT);
  const Ran ran = run.child().wait();
  EXPECT_EQ(ran.status, 130) << ran;
  EXPECT_TRUE(ran.terminal_restored);
  EXPECT_TRUE(scene.is_old());
}

}  // namespace
}  // namespace lpm::integration
