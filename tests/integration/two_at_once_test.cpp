// Contracts A.1, A.2 and A.5: processes that meet in one project.
#include "integration/support.h"

namespace lpm::integration {
namespace {

// labels: contract:A.1
TEST(TwoAtOnce, BothAddTheirPackage) {
  Workplace work;
  for (const char* name : {"a", "b"}) work.registry.publish(name, "1.0.0").file("index.js", "1");
  work.registry.fault("/a/-/*").delay(300);
  TestProject::Child first = work.project.start_lpm({"install", "a"});
  TestProject::Child second = work.project.start_lpm({"install", "b"});
  const Ran one = first.wait(), other = second.wait();
  EXPECT_EQ(one.status, 0) << one;
  EXPECT_EQ(other.status, 0) << other;
  for (const std::string name : {"a", "b"}) {
    EXPECT_THAT(work.project.read("package.json"), HasSubstr("\"" + name + "\": \"^1.0.0\""));
    EXPECT_THAT(work.project.read("lpm.lock"), HasSubstr("\"" + name + "@1.0.0\""));
    EXPECT_EQ(work.project.read("node_modules/" + name + "/index.js"), "1");
  }
}

// labels: contract:A.2
TEST(TwoAtOnce, EightWaitForEachOtherAndSayForWhom) {
  Workplace work;
  for (int i = 0; i < 8; ++i) work.registry.publish("p" + std::to_string(i), "1.0.0");
  work.registry.fault("/*/-/*").delay(400);
  std::vector<TestProject::Child> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(work.project.start_lpm({"install", "p" + std::to_string(i), "--json"}));
  int told = 0;
  for (TestProject::Child& child : children) {
    const Ran ran = child.wait();
    EXPECT_EQ(ran.status, 0) << ran;
    JsonValue::parse(ran.out, "stdout with --json");
    told += ran.err.find("waiting for `lpm install` (process ") != std::string::npos ? 1 : 0;
  }
  EXPECT_GE(told, 1);
  for (int i = 0; i < 8; ++i) {
    const std::string name = "p" + std::to_string(i);
    EXPECT_THAT(work.project.read("package.json"), HasSubstr("\"" + name + "\""));
    EXPECT_TRUE(work.project.exists("node_modules/" + name + "/package.json")) << name;
  }
}

// labels: contract:A.5
TEST(TwoAtOnce, CacheCleanDoesNotDisturbAnInstall) {
  Workplace work(R"({"a": "^1.0.0"})");
  work.registry.publish("a", "1.0.0").file("index.js", "1");
  work.registry.fault("/a/-/*").delay(500);
  TestProject::Child install = work.project.start_lpm({"install"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(work.project.lpm({"cache", "clean"}).status, 0);
  const Ran ran = install.wait();
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/a/index.js"), "1");
}

}  // namespace
}  // namespace lpm::integration
