// A test of the tests: no outer setting reaches a child, and no child's file lands outside its
// test's folder.
#include "support/test_project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/fake_registry.h"

namespace lpm::support {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A home that would change every run if it were read, and variables that would, too.
class HostileOutside : public ::testing::Test {
 protected:
  HostileOutside() {
    std::ofstream(outer.home() + "/.npmrc")
        << "registry=http://registry.example/\nignore-scripts=false\n";
    for (const auto& [name, value] : hostile()) setenv(name.c_str(), value.c_str(), 1);
    before = outer.snapshot(outer.root());
  }
  ~HostileOutside() override {
    for (const auto& [name, value] : hostile()) unsetenv(name.c_str());
    setenv("HOME", home_.c_str(), 1);
  }
  Environment hostile() const {
    return {{"HOME", outer.home()},
            {"npm_config_registry", "http://registry.example/"},
            {"NPM_CONFIG_USERCONFIG", outer.home() + "/.npmrc"},
            {"npm_config_cache", outer.home() + "/npm-cache"},
            {"LPM_HOME", outer.home() + "/outer-lpm"},
            {"LPM_REGISTRY_URL", "http://registry.example/"},
            {"CI", "true"},
            {"NODE_ENV", "production"},
            {"NODE_OPTIONS", "--require=/nonexistent.js"},
            {"XDG_CACHE_HOME", outer.home() + "/xdg-cache"},
            {"XDG_CONFIG_HOME", outer.home() + "/xdg-config"},
            {"XDG_DATA_HOME", outer.home() + "/xdg-data"},
            {"HTTP_PROXY", "http://127.0.0.1:9"},
            {"https_proxy", "http://127.0.0.1:9"}};
  }
  TestProject outer;
  std::map<std::string, std::string> before;

 private:
  std::string home_ = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "/";
};

TEST_F(HostileOutside, ReachesNoChild) {
  TestProject project;
  Ran ran = project.run({"/usr/bin/env"}, {.environment = {{"ADDED", "1"}}});
  std::vector<std::string> names;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);)
    names.push_back(line.substr(0, line.find('=')));
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre("ADDED", "HOME", "LANG", "LPM_HOME", "PATH", "TMPDIR"));
  EXPECT_THAT(ran.out, Not(HasSubstr(outer.root())));
}

TEST_F(HostileOutside, ChangesNothingForNpmAndIsNotWrittenTo) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  TestProject project;
  project.use(registry);
  project.write("package.json", R"({"devDependencies": {"a": "1"}})");
  Ran ran = project.run({"npm", "install"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(project.exists("node_modules/a/package.json"));
  EXPECT_EQ(outer.snapshot(outer.root()), before);
}

TEST_F(HostileOutside, ChangesNothingForLpmAndIsNotWrittenTo) {
  FakeRegistry registry;
  registry.publish("a", "1.0.0");
  TestProject project;
  project.use(registry);
  project.write("package.json", R"({"devDependencies": {"a": "1"}})");
  Ran ran = project.lpm({"install"});
  ASSERT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(project.exists("node_modules/a/package.json"));
  EXPECT_EQ(outer.snapshot(outer.root()), before);
}

TEST(TestProject, PutsNodeFirstOnPath) {
  TestProject project;
  Ran ran = project.run({"node", "-p", "process.execPath"});
  ASSERT_EQ(ran.status, 0) << ran;
  std::string first = project.environment().at("PATH");
  EXPECT_EQ(std::filesystem::canonical(first.substr(0, first.find(':')) + "/node").string() + "\n",
            ran.out);
}

TEST(TestProject, ReportsStatusSignalAndTimeLimit) {
  TestProject project;
  EXPECT_EQ(project.run({"/bin/sh", "-c", "exit 7"}).status, 7);
  EXPECT_EQ(project.run({"/bin/sh", "-c", "kill -9 $$"}).status, 137);
  Ran slow = project.run({"/bin/sh", "-c", "sleep 30 & sleep 30"},
                         {.time_limit = std::chrono::seconds(1)});
  EXPECT_TRUE(slow.timed_out);
  EXPECT_LT(slow.elapsed, std::chrono::seconds(10));
  EXPECT_EQ(project.run({"/nonexistent/program"}).status, 127);
}

TEST(TestProject, ListsATree) {
  TestProject project;
  project.write("t/b/file.js", "x");
  project.make_directory("t/empty");
  std::filesystem::create_symlink("b/file.js", project.path("t/link"));
  project.write("t/a", "x");
  std::filesystem::permissions(project.path("t/a"), std::filesystem::perms::owner_all);
  EXPECT_EQ(project.tree("t"), "a*\nb/file.js\nempty/\nlink -> b/file.js\n");
  EXPECT_EQ(project.tree("gone"), "(absent)\n");
}

TEST(TestProject, SnapshotSeesContentModeAndLinks) {
  TestProject project;
  project.write("a", "one");
  auto first = project.snapshot();
  project.write("a", "two");
  EXPECT_NE(project.snapshot(), first);
  project.write("a", "one");
  EXPECT_EQ(project.snapshot(), first);
}

TEST(TestProject, RemovesItsFolder) {
  std::string root;
  {
    TestProject project;
    root = project.root();
    EXPECT_TRUE(std::filesystem::exists(root));
  }
  EXPECT_FALSE(std::filesystem::exists(root));
}

}  // namespace
}  // namespace lpm::support
