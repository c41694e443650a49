// Lockfiles that other tools wrote for one small project (tests/data/foreign-lockfiles/ORIGIN), in
// a registry that has newer versions of everything since.
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "integration/support.h"
#include "support/registry_file.h"

namespace lpm::integration {
namespace {

const std::string kData = std::string(LPM_TEST_DATA) + "/foreign-lockfiles/universe/";

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

struct Universe : Workplace {
  Universe() {
    for (const char* file : {"before.json", "after.json"})
      support::load_registry_file(registry, kData + file);
    project.write("package.json", content_of(kData + "package.json"));
  }
  // The lockfile of a tool, under its own name.
  std::string take(const std::string& tool) {
    for (const auto& entry : std::filesystem::directory_iterator(kData + tool)) {
      const std::string name = entry.path().filename();
      if (name == "installed") continue;
      project.write(name, content_of(entry.path()));
      return name;
    }
    ADD_FAILURE() << "no lockfile of " << tool;
    return "";
  }
  JsonValue document(std::vector<std::string> arguments, int status = 0) {
    arguments.push_back("--json");
    const Ran ran = project.lpm(arguments);
    EXPECT_EQ(ran.status, status) << ran;
    return JsonValue::parse(ran.out, arguments.front());
  }
  // name@version of every package in node_modules.
  std::set<std::string> installed() const {
    namespace fs = std::filesystem;
    std::set<std::string> packages;
    for (const auto& entry : fs::recursive_directory_iterator(project.path("node_modules"))) {
      if (entry.path().filename() != "package.json") continue;
      const JsonValue manifest = JsonValue::parse(content_of(entry.path()), "package.json");
      packages.insert(std::string(manifest.at("name").text()) + "@" +
                      std::string(manifest.at("version").text()));
    }
    return packages;
  }
};

class ForeignLockfile : public ::testing::TestWithParam<const char*> {
 protected:
  ForeignLockfile() : file(universe.take(GetParam())) {}
  std::set<std::string> by_the_tool() const {
    return lines_of(content_of(kData + GetParam() + "/installed"));
  }
  Universe universe;
  std::string file;
};

TEST_P(ForeignLockfile, IsMigratedWithEveryVersion) {
  const std::string before = universe.project.read(file);
  const JsonValue document = universe.document({"migrate"});
  EXPECT_EQ(document.at("file").text(), file);
  EXPECT_EQ(document.at("not_kept").items().size(), 0U);
  EXPECT_EQ(document.at("added").items().size(), 0U);
  EXPECT_TRUE(document.at("lockfile_written").is_true());
  EXPECT_EQ(universe.project.read(file), before);
  EXPECT_FALSE(universe.project.exists("node_modules"));
  const Ran ran = universe.project.lpm({"install", "--frozen-lockfile"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(universe.installed(), by_the_tool());
}

TEST_P(ForeignLockfile, IsFollowedByCiWhichWritesNoLockfile) {
  const Ran ran = universe.project.lpm({"ci"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(universe.installed(), by_the_tool());
  EXPECT_FALSE(universe.project.exists("lpm.lock"));
}

TEST_P(ForeignLockfile, IsImportedByTheFirstInstall) {
  const Ran ran = universe.project.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err, HasSubstr("versions are taken from `" + file + "`"));
  EXPECT_EQ(universe.installed(), by_the_tool());
  const std::string lockfile = universe.project.read("lpm.lock");
  universe.project.remove("lpm.lock");
  universe.document({"migrate"});
  EXPECT_EQ(universe.project.read("lpm.lock"), lockfile);
}

INSTANTIATE_TEST_SUITE_P(Of, ForeignLockfile,
                         ::testing::Values("npm6", "npm7", "npm11", "yarn1", "yarn3", "yarn4",
                                           "pnpm5", "pnpm6", "pnpm7", "pnpm8", "pnpm9", "pnpm12",
                                           "bun"),
                         [](const auto& info) { return std::string(info.param); });

void set_time(const TestProject& project, const std::string& file, long seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  EXPECT_EQ(utimensat(AT_FDCWD, project.path(file).c_str(), times, 0), 0);
}

TEST(Migrate, TakesTheNewerOfTwoFilesAndNamesIt) {
  Universe universe;
  universe.take("npm11");
  universe.take("pnpm12");
  set_time(universe.project, "package-lock.json", 2000);
  set_time(universe.project, "pnpm-lock.yaml", 1000);
  const Ran ran = universe.project.lpm({"migrate", "--dry-run"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_THAT(ran.err,
              HasSubstr("`package-lock.json` counts, being newer than `pnpm-lock.yaml`\n"));
  EXPECT_FALSE(universe.project.exists("lpm.lock"));
}

TEST(Migrate, TakesTheFileOfTheNewerCommit) {
  Universe universe;
  universe.take("npm11");
  universe.take("pnpm12");
  const auto git = [&](std::vector<std::string> words, const char* date) {
    words.insert(words.begin(),
                 {"git", "-c", "user.name=n", "-c", "user.email=n@registry.example"});
    RunOptions options;
    options.environment = {{"GIT_COMMITTER_DATE", date}, {"GIT_AUTHOR_DATE", date}};
    const Ran ran = universe.project.run(words, options);
    EXPECT_EQ(ran.status, 0) << ran;
  };
  git({"init", "-q"}, "");
  git({"add", "package-lock.json"}, "");
  git({"commit", "-qm", "one"}, "2020-01-01T00:00:00Z");
  git({"add", "pnpm-lock.yaml"}, "");
  git({"commit", "-qm", "two"}, "2021-01-01T00:00:00Z");
  set_time(universe.project, "package-lock.json", 2000);
  set_time(universe.project, "pnpm-lock.yaml", 1000);
  const Ran ran = universe.project.lpm({"migrate"});
  EXPECT_THAT(ran.err, HasSubstr("`pnpm-lock.yaml` counts, being newer than `package-lock.json` "
                                 "in git\n"));
  const Ran other = universe.project.lpm({"migrate", "--force", "--from", "package-lock"});
  EXPECT_THAT(other.err, HasSubstr("versions are taken from `package-lock.json`"));
}

TEST(Migrate, ListsWhatItCannotKeep) {
  Universe universe;
  universe.take("npm11");
  universe.registry.unpublish("b", "2.0.0");
  const JsonValue document = universe.document({"migrate"});
  ASSERT_EQ(document.at("not_kept").items().size(), 1U);
  EXPECT_EQ(document.at("not_kept").items()[0].at("what").text(), "`b@2.0.0`");
  EXPECT_EQ(document.at("not_kept").items()[0].at("reason").text(),
            "the registry lacks it, or package.json asks for another; chosen: 1.0.0 and 2.9.0");
  ASSERT_EQ(document.at("added").items().size(), 1U);
  EXPECT_EQ(document.at("added").items()[0].text(), "b@2.9.0");
}

TEST(Migrate, RefusesAHashThatIsNotTheRegistrys) {
  Universe universe;
  universe.take("npm11");
  std::string text = universe.project.read("package-lock.json");
  const std::size_t at = text.find("sha512-") + 7;
  text.replace(at, 4, "AAAA");
  universe.project.write("package-lock.json", text);
  for (const char* command : {"migrate", "install", "ci"}) {
    const Ran ran = universe.project.lpm({command});
    EXPECT_EQ(ran.status, 60) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_LOCKFILE_MISMATCH"));
  }
  EXPECT_FALSE(universe.project.exists("lpm.lock"));
  EXPECT_FALSE(universe.project.exists("node_modules"));
}

TEST(Migrate, LeavesTheRegistryToChooseWithNoImport) {
  Universe universe;
  universe.take("npm11");
  const Ran ran = universe.project.lpm({"install", "--no-import"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(universe.installed().contains("a@1.9.0"));
}

TEST(Migrate, LetsAnAdditionKeepTheRest) {
  Universe universe;
  universe.take("yarn1");
  const Ran ran = universe.project.lpm({"install", "d@2"});
  EXPECT_EQ(ran.status, 0) << ran;
  const std::set<std::string> installed = universe.installed();
  EXPECT_TRUE(installed.contains("a@1.0.0"));
  EXPECT_TRUE(installed.contains("b@2.0.0"));
  EXPECT_THAT(universe.project.read("package.json"), HasSubstr("\"d\": \"2\""));
}

TEST(Ci, RefusesAForeignLockfileThatItCannotFollow) {
  Universe universe;
  universe.take("npm11");
  universe.project.write("package.json", R"({"dependencies": {"a": "^1.9.0"}})");
  const auto before = universe.project.snapshot();
  const Ran ran = universe.project.lpm({"ci"});
  EXPECT_EQ(ran.status, 60) << ran;
  EXPECT_THAT(ran.err, HasSubstr("`package-lock.json` cannot be followed exactly"));
  EXPECT_THAT(ran.err, HasSubstr("`a@1.9.0`"));
  EXPECT_FALSE(universe.project.exists("node_modules"));
  EXPECT_FALSE(universe.project.exists("lpm.lock"));
}

}  // namespace
}  // namespace lpm::integration
