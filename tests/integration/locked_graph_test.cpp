// What is locked is taken from lpm.lock: a change asks for what is new, and moves what it must.
#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>

#include "integration/support.h"

namespace lpm::integration {
namespace {

// `app` has a and b, both of which have shared; everything is locked at 1.0.0, and published in
// newer versions since. Nothing is cached.
class LockedGraph : public ::testing::Test {
 protected:
  LockedGraph() : work(R"({"a": "^1.0.0", "b": "^1.0.0"})") {
    publish("1.0.0");
    work.install_document();
    lockfile = work.project.read("lpm.lock");
    publish("1.1.0");
    publish("2.0.0");
    work.registry.publish("new", "1.0.0").depends("shared", "^1.0.0");
    work.forget_all_but_the_lockfile();
  }
  void publish(std::string_view version) {
    for (const char* name : {"a", "b"})
      work.registry.publish(name, version).depends("shared", ">=1.0.0");
    work.registry.publish("shared", version);
  }
  // Names whose documents were asked for.
  std::vector<std::string> asked() const {
    std::vector<std::string> names;
    for (const auto& request : work.registry.requests())
      if (request.path.find("/-/") == std::string::npos) names.push_back(request.path.substr(1));
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string version(const std::string& path) const {
    const std::string text = work.project.read("node_modules/" + path + "/package.json");
    return std::string(JsonValue::parse(text).at("version").text());
  }
  // Lines of lpm.lock that were not in the locked one, and those that are gone.
  std::vector<std::string> changes() const {
    const auto lines = [](const std::string& text) {
      std::multiset<std::string> set;
      std::istringstream stream(text);
      for (std::string line; std::getline(stream, line);)
        if (!line.empty() && !line.starts_with("integrity") && !line.starts_with("size"))
          set.insert(line);
      return set;
    };
    const auto before = lines(lockfile);
    const auto after = lines(work.project.read("lpm.lock"));
    std::vector<std::string> result;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(result));
    for (std::string& line : result) line.insert(0, "-");
    std::vector<std::string> added;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(added));
    for (const std::string& line : added) result.push_back("+" + line);
    return result;
  }
  void edit_lockfile(const std::string& from, const std::string& to) {
    std::string text = work.project.read("lpm.lock");
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    work.project.write("lpm.lock", text.replace(at, from.size(), to));
  }

  Workplace work;
  std::string lockfile;
};

using Lines = std::vector<std::string>;

TEST_F(LockedGraph, StaysWhenAPackageIsAdded) {
  work.install_document({"new"});
  EXPECT_EQ(asked(), Lines{"new"});
  EXPECT_EQ(changes(), (Lines{R"(+[packages."new@1.0.0"])",
                              R"(+dependencies.new = { spec = "^1.0.0", to = "1.0.0" })",
                              R"(+dependencies.shared = "1.0.0")"}));
}

TEST_F(LockedGraph, MovesOnlyTheEdgeWhoseRangeChanged) {
  work.ask_for(R"({"a": "^2.0.0", "b": "^1.0.0"})");
  work.install_document();
  EXPECT_EQ(asked(), Lines{"a"});
  EXPECT_EQ(changes(), (Lines{R"(-[packages."a@1.0.0"])",
                              R"(-dependencies.a = { spec = "^1.0.0", to = "1.0.0" })",
                              R"(+[packages."a@2.0.0"])",
                              R"(+dependencies.a = { spec = "^2.0.0", to = "2.0.0" })"}));
}

TEST_F(LockedGraph, StaysWhenAPackageIsRemoved) {
  EXPECT_EQ(work.project.lpm({"uninstall", "b"}).status, 0);
  EXPECT_EQ(asked(), Lines());
  EXPECT_EQ(changes(), (Lines{R"(-[packages."b@1.0.0"])",
                              R"(-dependencies.b = { spec = "^1.0.0", to = "1.0.0" })",
                              R"(-dependencies.shared = "1.0.0")"}));
}

TEST_F(LockedGraph, IsDecidedAgainWhenOverridesComeAndGo) {
  const std::string manifest = work.project.read("package.json");
  work.project.write("package.json", manifest.substr(0, manifest.rfind('}')) +
                                         R"(, "overrides": {"a": {"shared": "2.0.0"}}})");
  work.install_document();
  EXPECT_EQ(version(".lpm/a@1.0.0/node_modules/shared"), "2.0.0");
  EXPECT_EQ(version(".lpm/b@1.0.0/node_modules/shared"), "1.0.0");

  edit_lockfile(R"([packages."b@1.0.0"])"
                "\ndependencies.shared = \"1.0.0\"",
                R"([packages."b@1.0.0"])"
                "\ndependencies.shared = \"2.0.0\"");
  work.project.write("package.json", manifest);
  work.forget_all_but_the_lockfile();
  work.install_document();
  EXPECT_EQ(asked(), (Lines{"a", "b", "shared"})) << "a graph with overrides was trusted";
}

TEST_F(LockedGraph, GetsItsPeersWhenTheyAreNoLongerLeftOut) {
  work.registry.publish("host", "1.0.0");
  work.registry.publish("plugin", "1.0.0").peer("host", "^1.0.0");
  EXPECT_EQ(work.project.lpm({"install", "plugin", "--legacy-peer-deps"}).status, 0);
  EXPECT_FALSE(work.project.exists("node_modules/host"));

  const Ran frozen = work.project.lpm({"ci"});
  EXPECT_NE(frozen.status, 0);
  EXPECT_THAT(frozen.err, HasSubstr("legacy-peer-deps"));
  work.registry.clear_log();
  work.install_document();
  EXPECT_EQ(asked(), Lines{"host"});
  EXPECT_EQ(version("host"), "1.0.0");

  EXPECT_EQ(work.project.lpm({"install", "--legacy-peer-deps"}).status, 0);
  EXPECT_THAT(work.project.read("lpm.lock"), Not(HasSubstr("host@")));
}

TEST_F(LockedGraph, NotesAnotherNodeOfTheProject) {
  const std::string manifest = work.project.read("package.json");
  work.project.write("package.json", manifest.substr(0, manifest.rfind('}')) +
                                         R"(, "engines": {"node": ">=16.2.0"}})");
  work.install_document();
  EXPECT_EQ(asked(), Lines());
  ASSERT_EQ(changes().size(), 2U);
  EXPECT_EQ(changes()[1], R"(+node = "16.2.0")");

  // An edge that is new is chosen for it.
  work.registry.publish("tool", "1.0.0").engines("node", ">=16");
  work.registry.publish("tool", "1.1.0").engines("node", ">=99");
  work.registry.tag("tool", "latest", "1.1.0");
  work.install_document({"tool@^1"});
  EXPECT_EQ(version("tool"), "1.0.0");
}

TEST_F(LockedGraph, KeepsAVersionThatTheRegistryNoLongerHas) {
  work.install_document();  // into the store
  work.registry.unpublish("shared", "1.0.0");
  work.registry.clear_log();
  work.install_document({"new"});
  EXPECT_EQ(asked(), Lines{"new"});
  EXPECT_EQ(version(".lpm/new@1.0.0/node_modules/shared"), "1.0.0");
}

TEST_F(LockedGraph, SaysWhichLockedVersionIsGone) {
  work.registry.unpublish("shared", "1.0.0");
  const Ran ran = work.project.lpm({"install", "new"});
  EXPECT_NE(ran.status, 0);
  EXPECT_THAT(ran.err,
              HasSubstr("`shared@1.0.0` is in lpm.lock, and the registry no longer has it"));
  EXPECT_EQ(work.project.read("lpm.lock"), lockfile);
}

TEST_F(LockedGraph, IsRepairedWhereAnEdgeOfTheProjectIsMissing) {
  edit_lockfile("dependencies.b = { spec = \"^1.0.0\", to = \"1.0.0\" }\n", "");
  work.install_document();
  EXPECT_EQ(asked(), Lines());
  EXPECT_EQ(changes(), Lines());
}

TEST_F(LockedGraph, IsRepairedWhereAnEdgeOfTheProjectIsOutOfRange) {
  work.ask_for(R"({"a": "^2.0.0", "b": "^1.0.0"})");
  work.install_document();
  work.ask_for(R"({"a": "^1.0.0", "b": "^1.0.0"})");
  edit_lockfile("spec = \"^2.0.0\", to = \"2.0.0\"", "spec = \"^1.0.0\", to = \"2.0.0\"");
  const Ran frozen = work.project.lpm({"ci"});
  EXPECT_NE(frozen.status, 0);
  EXPECT_THAT(frozen.err, HasSubstr("locked for ^1.0.0 at a@2.0.0, package.json asks ^1.0.0"));
  work.install_document();
  EXPECT_EQ(version("a"), "1.1.0");
  EXPECT_EQ(version("b"), "1.0.0");
}

// The store keeps it from happening once it is there; so on a machine that has nothing.
TEST_F(LockedGraph, HasItsTarballUrlsJudgedAlsoWhenAPackageIsAdded) {
  FakeRegistry elsewhere;
  elsewhere.publish("a", "1.0.0").file("index.js", "stolen");
  std::string text = work.project.read("lpm.lock");
  const std::size_t table = text.find("[packages.\"a@1.0.0\"]");
  ASSERT_NE(table, std::string::npos);
  text.insert(text.find("\n\n", table),
              "\ntarball = \"" + elsewhere.origin() + "/a/-/a-1.0.0.tgz\"");
  for (const std::vector<std::string>& arguments : {Lines{"new"}, Lines{"new", "--omit=dev"}}) {
    work.project.write("lpm.lock", text);
    work.ask_for(R"({"a": "^1.0.0", "b": "^1.0.0"})");
    work.forget_all_but_the_lockfile();
    const JsonValue document = work.install_document(arguments);
    EXPECT_EQ(document.at("tarball_url").at("origin_mismatch").integer(), 1);
  }
  EXPECT_EQ(elsewhere.requests().size(), 0U);
}

}  // namespace
}  // namespace lpm::integration
