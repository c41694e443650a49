// Contract C.11: who may ask for packages that no registry has, and what git may do.
#include "integration/support.h"

namespace lpm::integration {
namespace {

// `p` of the registry asks for the archive of `a` by its URL.
class Scene {
 public:
  Scene() : work(R"({"p": "^1.0.0"})") {
    work.registry.publish("a", "1.0.0").file("index.js", "module.exports = 'a'\n");
    archive = work.registry.origin() + work.registry.tarball_path("a", "1.0.0");
    work.registry.publish("p", "1.0.0").depends("a", archive).file("index.js", "");
  }
  void allow(const std::string& pattern) {
    npmrc = work.project.exists(".npmrc") ? work.project.read(".npmrc") : "";
    work.project.write(".npmrc", npmrc + "\nallow-sources[]=" + pattern + "\n");
  }
  void forbid() { work.project.write(".npmrc", npmrc); }
  void expect_refused(const std::string& command) {
    const Ran ran = work.project.lpm({command});
    EXPECT_EQ(ran.status, 40) << ran;
    EXPECT_THAT(ran.err, HasSubstr("LPM_FORBIDDEN_SOURCE"));
    EXPECT_THAT(ran.err, HasSubstr("p@1.0.0"));
    EXPECT_THAT(ran.err, HasSubstr("allow-sources[]=" + archive));
    EXPECT_EQ(work.registry.count("/a/-/*"), 0U);
    EXPECT_FALSE(work.project.exists("node_modules/p"));
  }
  Workplace work;
  std::string archive, npmrc;
};

// labels: contract:C.11
TEST(Sources, APublishedPackageMayNotAskForAnArchive) {
  Scene scene;
  scene.expect_refused("install");
  EXPECT_FALSE(scene.work.project.exists("lpm.lock"));
}

// labels: contract:C.11
TEST(Sources, APatternAllowsIt) {
  Scene scene;
  scene.allow(scene.work.registry.origin() + "/a/*");
  EXPECT_EQ(scene.work.project.lpm({"install"}).status, 0);
  EXPECT_EQ(scene.work.registry.count("/a/-/*"), 1U);
  scene.work.project.remove("lpm.lock");
  scene.forbid();
  scene.allow("https://elsewhere.example/*");
  EXPECT_EQ(scene.work.project.lpm({"install"}).status, 40);
}

// labels: contract:C.11
TEST(Sources, ALockfileDoesNotAllowIt) {
  Scene scene;
  scene.allow("*");
  EXPECT_EQ(scene.work.project.lpm({"install"}).status, 0);
  scene.forbid();
  scene.work.forget_all_but_the_lockfile();
  scene.expect_refused("ci");
  scene.expect_refused("install");
}

// labels: contract:C.11
TEST(Sources, TheProjectAndItsOverridesMay) {
  Scene scene;
  scene.work.ask_for("{\"a\": \"" + scene.archive + "\"}");
  EXPECT_EQ(scene.work.project.lpm({"install"}).status, 0);
  scene.work.project.write("package.json",
                           R"({"name": "app", "dependencies": {"p": "1"}, "overrides": {"a": ")" +
                               scene.archive + "\"}}");
  for (const char* command : {"install", "ci"}) {
    const Ran ran = scene.work.project.lpm({command});
    EXPECT_EQ(ran.status, 0) << ran;
  }
}

// labels: contract:C.11
TEST(Sources, NoneButEncryptedGitIsSpokenTo) {
  for (const char* spec :
       {"git+http://archives.example/a.git", "git://archives.example/a.git",
        "git+file:///etc/a.git", "git+ssh://-oProxyCommand=touch%20escaped/a.git",
        "ext::sh -c touch% escaped", "git+https://-h.example/a.git"}) {
    SCOPED_TRACE(spec);
    Workplace work("{\"a\": \"" + std::string(spec) + "\"}");
    const Ran ran = work.project.lpm({"install"}, {.environment = {{"LPM_TEST_MODE", "0"}}});
    EXPECT_EQ(ran.status, 10) << ran;
    EXPECT_FALSE(work.project.exists("escaped"));
    EXPECT_FALSE(work.project.exists("lpm.lock"));
  }
}

// A repository that does what it can, and a user whose configuration would let it.
// labels: contract:C.11
TEST(Sources, ARepositoryRunsNothing) {
  Workplace work;
  const std::string repository = work.project.home() + "/repository";
  const std::string sentinel = work.project.home() + "/ran";
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"git", "-C", repository, "-c", "user.name=t", "-c",
                      "user.email=t@mail.example", "-c", "protocol.file.allow=always"});
    const Ran ran = work.project.run(arguments);
    EXPECT_EQ(ran.status, 0) << ran;
  };
  EXPECT_EQ(work.project.run({"git", "init", "-q", "-b", "main", repository}).status, 0);
  work.project.write(
      repository + "/package.json",
      R"({"name": "r", "version": "1.0.0", "scripts": {"prepare": "touch )" + sentinel + "\"}}");
  work.project.write(repository + "/index.js", "module.exports = 'r'\n");
  git({"add", "."});
  git({"commit", "-q", "-m", "first"});
  git({"submodule", "--quiet", "add", repository, "part"});
  work.project.write(repository + "/.gitattributes", "*.js filter=run\n");
  git({"add", "."});
  git({"commit", "-q", "-m", "second"});
  const std::string hooks = work.project.home() + "/hooks";
  work.project.write(hooks + "/post-checkout", "#!/bin/sh\ntouch " + sentinel + "\n");
  EXPECT_EQ(work.project.run({"chmod", "+x", hooks + "/post-checkout"}).status, 0);
  work.project.write(work.project.home() + "/.gitconfig",
                     "[core]\n\thooksPath = " + hooks +
                         "\n[submodule]\n\trecurse = true\n[filter \"run\"]\n\tsmudge = touch " +
                         sentinel + "; cat\n");
  const Ran ran = work.project.lpm({"install", "git+file://" + repository});
  EXPECT_EQ(ran.status, 0) << ran;
  EXPECT_EQ(work.project.read("node_modules/r/index.js"), "module.exports = 'r'\n");
  EXPECT_FALSE(work.project.exists("node_modules/r/part"));
  EXPECT_FALSE(work.project.exists(sentinel));
}

}  // namespace
}  // namespace lpm::integration
