// Contracts B.5 and E.2 at the store: damage of any kind is found by `store verify`, told with who
// uses it, and gone after `--fix`.
#include <fcntl.h>
#include <sys/stat.h>

#include "integration/support.h"

namespace lpm::integration {
namespace {

const std::string kGood = "module.exports = 'good'\n";

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0", "b": "^1.0.0"})") {
    for (const char* name : {"a", "b"})
      registry.publish(name, "1.0.0").file("index.js", kGood).file("lib/x.js", "1");
    registry.publish("tool", "1.0.0").bin("tool", "cli.js").file("cli.js", "1");
    const Ran ran = project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    entry = entry_of("a@1.0.0");
  }
  // The folder of an entry in the store.
  std::string entry_of(const std::string& label) const {
    const std::string store = project.home() + "/.lpm/store/x1";
    const std::string tree = project.tree(store);
    for (std::size_t at = 0; at < tree.size(); at = tree.find('\n', at) + 1) {
      std::string line = tree.substr(at, tree.find('\n', at) - at);
      const std::size_t end = line.find("-" + label + "/");
      if (end != std::string::npos) return store + "/" + line.substr(0, end + label.size() + 1);
    }
    ADD_FAILURE() << "no entry of " << label << ":\n" << tree;
    return "";
  }
  JsonValue verify(const std::vector<std::string>& more, int status) const {
    std::vector<std::string> words = {"store", "verify", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = project.lpm(words);
    EXPECT_EQ(ran.status, status) << ran;
    return JsonValue::parse(ran.out, "store verify");
  }
  void expect_good() const {
    for (const char* name : {"a", "b"})
      EXPECT_EQ(project.read(std::string("node_modules/") + name + "/index.js"), kGood);
    EXPECT_EQ(project.lpm({"store", "verify"}).status, 0);
  }
  std::string entry;
};

struct Damage {
  const char* name;
  std::string problem;
  void (*make)(const Scene&);
};

const std::vector<Damage> kDamages = {
    {"other content of the same size and time", "has another content",
     [](const Scene& scene) {
       const std::string file = scene.entry + "/index.js";
       struct stat facts {};
       ASSERT_EQ(stat(file.c_str(), &facts), 0);
       std::string text = kGood;
       text[1] ^= 1;
       scene.project.write(file, text);
       const timespec times[2] = {facts.st_atim, facts.st_mtim};
       ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
     }},
    {"cut short", "has 3 bytes instead of 24",
     [](const Scene& scene) { scene.project.write(scene.entry + "/index.js", "mod"); }},
    {"empty", "has 0 bytes instead of 24",
     [](const Scene& scene) { scene.project.write(scene.entry + "/index.js", ""); }},
    {"missing", "is missing",
     [](const Scene& scene) { scene.project.remove(scene.entry + "/index.js"); }},
    {"a file too many", "is not part of the package",
     [](const Scene& scene) { scene.project.write(scene.entry + "/more.js", "1"); }},
};

// labels: contract:E.2
TEST(StoreDamage, IsFoundToldAndFixed) {
  for (const Damage& damage : kDamages) {
    SCOPED_TRACE(damage.name);
    Scene scene;
    damage.make(scene);
    const JsonValue found = scene.verify({}, 1);
    ASSERT_EQ(found.at("problems").items().size(), 1U);
    const JsonValue& problem = found.at("problems").items().front();
    EXPECT_EQ(problem.at("entry").text(), "a@1.0.0");
    EXPECT_EQ(problem.at("problem").text(), damage.problem);
    ASSERT_EQ(found.at("affected").items().size(), 1U);
    const JsonValue& affected = found.at("affected").items().front();
    EXPECT_EQ(affected.at("project").text(), scene.project.path());
    ASSERT_EQ(affected.at("packages").items().size(), 1U);
    EXPECT_EQ(affected.at("packages").items().front().text(), "a@1.0.0");

    scene.verify({"--fix"}, 0);
    EXPECT_TRUE(scene.verify({}, 0).at("affected").items().empty());
    scene.registry.clear_log();
    const Ran ran = scene.project.lpm({"install", "--force"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_EQ(scene.registry.count("/a/-/*"), 1U);
    EXPECT_EQ(scene.registry.count("/b/-/*"), 0U);
    scene.expect_good();
  }
}

// labels: contract:B.5
TEST(StoreDamage, IsNeverLinkedWhereSizesDiffer) {
  for (const Damage& damage : kDamages) {
    const std::string name = damage.name;
    if (name.starts_with("other content") || name == "a file too many") continue;
    SCOPED_TRACE(name);
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"install"}, {"install", "--verify-store"}}) {
      Scene scene;
      damage.make(scene);
      for (const char* path : {"node_modules", ".lpm"}) scene.project.remove(path);
      const Ran ran = scene.project.lpm(command);
      EXPECT_EQ(ran.status, 0) << ran;
      scene.expect_good();
    }
  }
}

TEST(StoreDamage, NamesGlobalPackagesToo) {
  Scene scene;
  ASSERT_EQ(scene.project.lpm({"install", "-g", "tool"}).status, 0);
  scene.project.write(scene.entry_of("tool@1.0.0") + "/cli.js", "2");
  const Ran ran = scene.project.lpm({"store", "verify"});
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.out, HasSubstr("tool@1.0.0/cli.js: has another content\n"));
  EXPECT_THAT(ran.out, HasSubstr("used by " + scene.project.home() + "/.lpm/global/roots/"));
  EXPECT_THAT(ran.out, HasSubstr(": tool@1.0.0\n"));
  EXPECT_THAT(ran.out, HasSubstr("`lpm store verify --fix`"));
}

}  // namespace
}  // namespace lpm::integration
