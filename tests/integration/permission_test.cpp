// Contracts D.1 to D.3: places that may not be written, or are not what they should be. Permission
// bits do not bind root, so lpm runs as another user; read-only mounts bind everybody.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "integration/support.h"

namespace lpm::integration {
namespace {

namespace fs = std::filesystem;

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0"})") {
    for (const char* name : {"a", "b"}) registry.publish(name, "1.0.0").file("index.js", "1");
  }
  // Modes count only when they are given back before the folder is removed.
  ~Scene() {
    for (const std::string& path : restricted) ::chmod(path.c_str(), 0755);
  }
  bool can_run() {
    project.give_away();
    const Ran ran = lpm({"--version"});
    if (ran.status == 0) return true;
    std::printf("lpm cannot be run as another user here: %s\n", ran.err.c_str());
    return false;
  }
  Ran lpm(const std::vector<std::string>& arguments) {
    return project.lpm(arguments, {.environment = environment, .unprivileged = true});
  }
  void install() {
    const Ran ran = lpm({"install"});
    ASSERT_EQ(ran.status, 0) << ran;
  }
  void restrict(const std::string& path, mode_t mode) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0) << path;
    restricted.push_back(path);
  }
  // An error that names `path` and says what to do; the project as before.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& path) {
    const auto before = project.snapshot();
    const Ran ran = lpm(arguments);
    EXPECT_EQ(ran.status, 1) << ran;
    EXPECT_EQ(ran.signal, 0) << ran;
    EXPECT_THAT(ran.err, HasSubstr("`" + path + "`")) << ran;
    EXPECT_THAT(ran.err, HasSubstr("\nhint: ")) << ran;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_PERMISSION\n")) << ran;
    auto after = project.snapshot();
    // The lock's owner line is no state of the project.
    after[".lpm/.install.lock"] = before.contains(".lpm/.install.lock")
                                      ? before.at(".lpm/.install.lock")
                                      : after[".lpm/.install.lock"];
    if (!before.contains(".lpm/.install.lock")) after.erase(".lpm/.install.lock");
    EXPECT_EQ(after, before);
  }

  std::vector<std::string> restricted;
  support::Environment environment;
};

// labels: contract:D.1
TEST(Permission, AReadOnlyProjectIsLeftAlone) {
  Scene fresh;
  if (!fresh.can_run()) GTEST_SKIP();
  fresh.restrict(fresh.project.path(), 0555);
  fresh.expect_refused({"install"}, fresh.project.path(".lpm"));
}

// labels: contract:D.1
TEST(Permission, AProjectThatBecameReadOnlyIsLeftAlone) {
  for (const char* folder : {"", "node_modules", "node_modules/.lpm", ".lpm"}) {
    SCOPED_TRACE(folder);
    Scene scene;
    if (!scene.can_run()) GTEST_SKIP();
    scene.install();
    const std::string path = *folder == '\0' ? scene.project.path() : scene.project.path(folder);
    scene.restrict(path, 0555);
    scene.expect_refused({"install", "b"}, path);
    scene.expect_refused({"uninstall", "a"}, path);
    if (std::string_view(folder) != "node_modules/.lpm") scene.expect_refused({"ci"}, path);
    ::chmod(path.c_str(), 0755);
    const Ran next = scene.lpm({"install"});
    EXPECT_EQ(next.status, 0) << next;
    EXPECT_EQ(next.err, "") << "nothing had been begun";
    EXPECT_FALSE(scene.project.exists("node_modules/b"));
  }
}

// What does not change package.json or lpm.lock needs no place beside them: sources mounted
// read-only, node_modules on a volume.
// labels: contract:D.1
TEST(Permission, AReadOnlyProjectFolderIsNoObstacleWhereNothingInItChanges) {
  Scene scene;
  if (!scene.can_run()) GTEST_SKIP();
  scene.install();
  scene.project.remove(".lpm/install-hash");
  fs::remove_all(scene.project.path("node_modules/a"));
  scene.restrict(scene.project.path(), 0555);
  const Ran ran = scene.lpm({"install", "--frozen-lockfile"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(scene.project.exists("node_modules/a/index.js"));
}

// labels: contract:D.1
TEST(Permission, AnUnreadableFileIsNamed) {
  for (const char* file : {"package.json", "lpm.lock", ".npmrc"}) {
    SCOPED_TRACE(file);
    Scene scene;
    scene.project.write(".npmrc", "save-exact=true\n");
    if (!scene.can_run()) GTEST_SKIP();
    scene.install();
    scene.restrict(scene.project.path(file), 0);
    scene.project.remove(".lpm/install-hash");
    const Ran ran = scene.lpm({"install"});
    EXPECT_EQ(ran.status, 1) << ran;
    EXPECT_THAT(ran.err, HasSubstr("cannot read `" + scene.project.path(file) + "`"));
    EXPECT_THAT(ran.err, HasSubstr("hint: "));
  }
}

// labels: contract:D.1
TEST(Permission, AReadOnlyMountIsNamed) {
  Scene scene;
  const std::string script =
      "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" || exit 99; cd \"$0\"; exec "
      "\"$1\" install";
  const Ran ran = scene.project.run(
      {"unshare", "--mount", "sh", "-c", script, scene.project.path(), TestProject::lpm_binary()});
  if (ran.status == 99 || ran.status == 127 || ran.err.find("unshare") != std::string::npos)
    GTEST_SKIP() << "nothing can be mounted here: " << ran.err;
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.err, HasSubstr(scene.project.path(".lpm")));
  EXPECT_THAT(ran.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(ran.err, HasSubstr("mounted for writing"));
  EXPECT_EQ(scene.project.tree(), "package.json\n");
}

// labels: contract:D.2
TEST(Permission, AFileInThePlaceOfTheStateFolderStays) {
  Scene scene;
  scene.project.write(".lpm", "mine");
  const Ran ran = scene.project.lpm({"install"});
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.err, HasSubstr(scene.project.path(".lpm")));
  EXPECT_THAT(ran.err, HasSubstr("hint: "));
  EXPECT_EQ(scene.project.tree(), ".lpm\npackage.json\n");
  EXPECT_EQ(scene.project.read(".lpm"), "mine");
}

// labels: contract:D.2
TEST(Permission, WhatStandsInThePlaceOfNodeModulesStays) {
  for (const bool is_link : {false, true}) {
    for (const char* command : {"install", "ci"}) {
      SCOPED_TRACE(std::string(command) + (is_link ? ", a link" : ", a file"));
      Scene scene;
      ASSERT_EQ(scene.project.lpm({"install"}).status, 0);
      scene.project.remove("node_modules");
      scene.project.make_directory("elsewhere");
      if (is_link)
        fs::create_symlink("elsewhere", scene.project.path("node_modules"));
      else
        scene.project.write("node_modules", "mine");
      const auto before = scene.project.snapshot("node_modules");
      const Ran ran = scene.project.lpm({command});
      EXPECT_EQ(ran.status, 1) << ran;
      EXPECT_THAT(ran.err, HasSubstr(is_link ? "a link to `elsewhere`" : "not a folder"));
      EXPECT_THAT(ran.err, HasSubstr("hint: "));
      EXPECT_EQ(scene.project.snapshot("node_modules"), before);
      EXPECT_EQ(scene.project.tree("elsewhere"), "");
    }
  }
}

// labels: contract:D.3
TEST(Permission, AHomeThatCannotBeWrittenIsNamed) {
  Scene scene;
  scene.project.write(scene.project.root() + "/a-file", "");
  if (!scene.can_run()) GTEST_SKIP();
  scene.restrict(scene.project.home(), 0555);
  for (const std::string& home :
       {scene.project.home() + "/.lpm", std::string("/dev/null/.lpm"),
        scene.project.root() + "/a-file/.lpm", std::string("/proc/no-such-folder/.lpm")}) {
    SCOPED_TRACE(home);
    scene.environment = {{"LPM_HOME", home}};
    const auto before = scene.project.snapshot();
    const Ran ran = scene.lpm({"install"});
    EXPECT_EQ(ran.status, 1) << ran;
    EXPECT_THAT(ran.err, HasSubstr(home.substr(0, home.rfind('/'))));
    EXPECT_THAT(ran.err, HasSubstr("hint: packages are stored there; set LPM_HOME"));
    EXPECT_EQ(scene.project.snapshot(), before);
  }
}

// labels: contract:D.3
TEST(Permission, AHomeIsMadeWhereItIsMissing) {
  Scene scene;
  if (!scene.can_run()) GTEST_SKIP();
  const std::string home = scene.project.root() + "/tmp/new/home";
  scene.environment = {
      {"HOME", home}, {"LPM_HOME", ""}, {"npm_config_registry", scene.registry.url()}};
  const Ran ran = scene.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(scene.project.exists(home + "/.lpm/store"));
}

// labels: contract:D.3
TEST(Permission, WhatOnlyLooksNeedsNoHome) {
  Scene scene;
  scene.project.write("package.json",
                      R"({"name": "app", "scripts": {"x": "true"}, "dependencies": {"a": "1"}})");
  if (!scene.can_run()) GTEST_SKIP();
  scene.install();
  fs::remove_all(scene.project.home() + "/.lpm");
  scene.restrict(scene.project.home(), 0555);
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"list"},
                                             {"why", "a"},
                                             {"run", "x"},
                                             {"config", "list"},
                                             {"store"},
                                             {"cache"},
                                             {"store", "gc"},
                                             {"store", "clean"},
                                             {"store", "verify"},
                                             {"cache", "clean"},
                                             {"global", "list"},
                                             {"help"},
                                             {"install", "--lockfile-only"},
                                             {"install", "--dry-run"}}) {
    const Ran ran = scene.lpm(command);
    EXPECT_EQ(ran.status, 0) << command.front() << " " << ran;
  }
  EXPECT_EQ(scene.project.tree(scene.project.home()), ".npmrc\n");
}

// A store and a cache that others fill.
// labels: contract:D.3
TEST(Permission, AReadOnlyStoreServesWhatItHas) {
  Scene scene;
  if (!scene.can_run()) GTEST_SKIP();
  scene.install();
  fs::remove_all(scene.project.path("node_modules"));
  fs::remove_all(scene.project.path(".lpm"));
  const std::string store = scene.project.home() + "/.lpm";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(store))
    if (entry.is_directory()) scene.restrict(entry.path().string(), 0555);
  scene.restrict(store, 0555);
  const Ran ran = scene.lpm({"install"});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_TRUE(scene.project.exists("node_modules/a/index.js"));
  const Ran more = scene.lpm({"install", "b"});
  EXPECT_EQ(more.status, 1) << more;
  EXPECT_THAT(more.err, HasSubstr(store));
  EXPECT_THAT(more.err, HasSubstr("hint: "));
  EXPECT_FALSE(scene.project.exists("node_modules/b"));
}

}  // namespace
}  // namespace lpm::integration
