// What `lpm export` writes, taken by the tools themselves: the same packages, and not a byte of
// the file changed. They are those on PATH.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "integration/support.h"
#include "support/registry_file.h"

namespace lpm::integration {
namespace {

namespace fs = std::filesystem;

const std::string kData = std::string(LPM_TEST_DATA) + "/foreign-lockfiles/universe/";

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class ExportedLockfile : public ::testing::Test, protected Workplace {
 protected:
  ExportedLockfile() {
    support::load_registry_file(registry, kData + "before.json");
    project.write("package.json", content_of(kData + "package.json"));
    run({"install"});
    by_lpm_ = installed();
    project.remove("node_modules");
  }
  void run(const std::vector<std::string>& arguments) {
    const Ran ran = project.lpm(arguments);
    EXPECT_EQ(ran.status, 0) << ran;
  }
  // name@version of every package in node_modules.
  std::set<std::string> installed() const {
    std::set<std::string> packages;
    for (const auto& entry : fs::recursive_directory_iterator(project.path("node_modules"))) {
      if (entry.path().filename() != "package.json") continue;
      const JsonValue manifest = JsonValue::parse(content_of(entry.path()), "package.json");
      packages.insert(std::string(manifest.at("name").text()) + "@" +
                      std::string(manifest.at("version").text()));
    }
    return packages;
  }
  void expect_taken(const std::string& file, const std::vector<std::string>& command) {
    const std::string before = project.read(file);
    const Ran ran = project.run(command);
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(installed(), by_lpm_);
    EXPECT_EQ(project.read(file), before);
  }
  // What other major versions answer differs.
  bool has(const std::string& tool, std::string_view major) const {
    const Ran ran = project.run({"sh", "-c", "exec " + tool + " --version"});
    return ran.status == 0 && ran.out.starts_with(major);
  }
  std::set<std::string> by_lpm_;
};

TEST_F(ExportedLockfile, IsTakenByNpm) {
  if (!has("npm", "")) GTEST_SKIP() << "no npm here";
  run({"export", "--format", "package-lock"});
  expect_taken("package-lock.json", {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"});
  EXPECT_TRUE(project.exists("node_modules/.bin/tool"));
  const Ran listed = project.run({"npm", "ls", "--all"});
  EXPECT_EQ(listed.status, 0) << listed;
}

// labels: long registry
TEST_F(ExportedLockfile, IsTakenByPnpm) {
  if (!has("pnpm", "12.")) GTEST_SKIP() << "no pnpm 12 here";
  run({"export", "--format", "pnpm"});
  expect_taken("pnpm-lock.yaml", {"pnpm", "install", "--frozen-lockfile", "--ignore-scripts"});
}

TEST_F(ExportedLockfile, IsNotWhatNpmTakesTheMarkerFor) {
  if (!has("npm", "")) GTEST_SKIP() << "no npm here";
  run({"install"});
  ASSERT_TRUE(project.exists("node_modules/.package-lock.json"));
  const Ran with = project.run({"npm", "ls", "--all", "--json"});
  project.remove("node_modules/.package-lock.json");
  const Ran without = project.run({"npm", "ls", "--all", "--json"});
  EXPECT_EQ(with.out, without.out);
  EXPECT_NE(with.out, "");
}

}  // namespace
}  // namespace lpm::integration
