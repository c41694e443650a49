#include "config/settings.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "config/test_support.h"
#include "os/process.h"

namespace lpm::config {
namespace {

using SettingsTest = ConfigTest;
using Texts = std::vector<std::string>;

// The result of `action` in a child that permission bits bind, also when root runs the test.
template <class Action>
int as_another_user(const Action& action) {
  constexpr int kCannotDrop = 126;
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    const bool is_bound = geteuid() != 0 || (setgroups(0, nullptr) == 0 && setgid(kNobody) == 0 &&
                                             setuid(kNobody) == 0);
    _exit(is_bound ? action() : kCannotDrop);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

TEST_F(SettingsTest, LaterLayersWin) {
  EXPECT_EQ(load().text("save-prefix"), "^");
  EXPECT_EQ(load().find("save-prefix"), nullptr);
  write("global-npmrc", "save-prefix = g\n");
  EXPECT_EQ(load().text("save-prefix"), "g");
  write("home/.lpm/config.toml", "save-prefix = \"t\"\n");
  EXPECT_EQ(load().text("save-prefix"), "t");
  write("home/.npmrc", "save-prefix=u\n");
  EXPECT_EQ(load().text("save-prefix"), "u");
  write("project/.npmrc", "; comment\nsave-prefix=p\n");
  EXPECT_EQ(load().text("save-prefix"), "p");
  EXPECT_EQ(load().find("save-prefix")->where, ".npmrc:2");
  set_variable("NPM_CONFIG_SAVE_PREFIX", "e");
  EXPECT_EQ(load().text("save-prefix"), "e");
  set_flag("save-prefix", "c");
  const Settings settings = load();
  EXPECT_EQ(settings.text("save-prefix"), "c");
  EXPECT_EQ(settings.find("save-prefix")->where, "--save-prefix");
  EXPECT_EQ(settings.find("save-prefix")->layer, Layer::CommandLine);
}

TEST_F(SettingsTest, ReadsOwnSettingsFromTheManifestAndNoOthers) {
  write("project/package.json",
        "{\n  \"lpm\": {\"minimumReleaseAge\": \"3d\",\n    \"engineStrict\": true, \"registry\": "
        "\"https://r.example\",\n"
        "    \"overrides\": {}}\n}\n");
  const Settings settings = load();
  EXPECT_EQ(settings.text("minimum-release-age"), "3d");
  EXPECT_EQ(settings.find("minimum-release-age")->where, "package.json:2:32");
  EXPECT_TRUE(settings.flag("engine-strict"));
  EXPECT_NE(settings.text("registry"), "https://r.example");
  ASSERT_EQ(settings.warnings().size(), 1U);
  EXPECT_EQ(settings.warnings()[0],
            "package.json:3:39: `lpm.registry` is ignored: `registry` is read from .npmrc");
}

TEST_F(SettingsTest, TakesTheManifestFromTheCallerWhenItHasIt) {
  write("project/package.json", R"({"lpm": {"strictPeerDeps": false}})");
  sources_.manifest_text = R"({"lpm": {"strictPeerDeps": true}})";
  EXPECT_TRUE(load().flag("strict-peer-deps"));
}

TEST_F(SettingsTest, LeavesABadManifestToItsReader) {
  write("project/package.json", "{\"lpm\": ");
  EXPECT_EQ(load().text("linker"), "isolated");
}

TEST_F(SettingsTest, UnderstandsEverySpellingOfVariables) {
  set_variable("npm_config_fetch_retries", "1");
  set_variable("NPM_CONFIG_FETCH_TIMEOUT", "5");
  set_variable("Npm_Config_Prefer_Offline", "true");
  set_variable("npm_config_https_proxy", "http://proxy.example:1");
  set_variable("npm_config_//r.example/:_authToken", "secret");
  set_variable("npm_config_@Team:registry", "https://team.example/");
  set_variable("npm_config_offline", "");
  const Settings settings = load();
  EXPECT_EQ(settings.number("fetch-retries"), 1);
  EXPECT_EQ(settings.number("fetch-timeout"), 5);
  EXPECT_TRUE(settings.flag("prefer-offline"));
  EXPECT_EQ(settings.text("https-proxy"), "http://proxy.example:1");
  EXPECT_EQ(settings.text("//r.example/:_authToken"), "secret");
  EXPECT_EQ(settings.text("@team:registry"), "https://team.example/");
  EXPECT_EQ(settings.find("offline"), nullptr);
}

TEST_F(SettingsTest, OwnVariablesBeatNpms) {
  set_variable("npm_config_registry", "https://npm.example/");
  set_variable("LPM_REGISTRY_URL", "https://lpm.example/");
  set_variable("npm_config_strict_peer_deps", "false");
  set_variable("LPM_STRICT_PEER_DEPS", "true");
  set_variable("LPM_TEST_MODE", "1");
  const Settings settings = load();
  EXPECT_EQ(settings.text("registry"), "https://lpm.example/");
  EXPECT_EQ(settings.find("registry")->where, "LPM_REGISTRY_URL");
  EXPECT_TRUE(settings.flag("strict-peer-deps"));
}

TEST_F(SettingsTest, LpmHomeMovesTheUsersFiles) {
  EXPECT_EQ(load().lpm_home(), root_ + "/home/.lpm");
  ASSERT_TRUE(os::make_directories(root_ + "/elsewhere"));
  write("elsewhere/config.toml", "strict-peer-deps = true\n");
  set_variable("LPM_HOME", root_ + "/elsewhere");
  const Settings settings = load();
  EXPECT_EQ(settings.lpm_home(), root_ + "/elsewhere");
  EXPECT_EQ(settings.store_directory(), root_ + "/elsewhere/store/x1");
  EXPECT_TRUE(settings.flag("strict-peer-deps"));
}

TEST_F(SettingsTest, UserconfigNamesAnotherFile) {
  write("home/.npmrc", "tag=home\n");
  write("other", "tag=other\n");
  set_variable("npm_config_userconfig", root_ + "/other");
  EXPECT_EQ(load().text("tag"), "other");
}

TEST_F(SettingsTest, ProjectInHomeReadsItsNpmrcOnceAsTheUsers) {
  write("home/.npmrc", "tag=home\n");
  sources_.project_directory = sources_.home;
  const Settings settings = load();
  EXPECT_EQ(settings.find("tag")->layer, Layer::UserNpmrc);
  EXPECT_EQ(std::count(settings.files_read().begin(), settings.files_read().end(),
                       sources_.home + "/.npmrc"),
            1);
}

TEST_F(SettingsTest, FindsTheGlobalFileTwoFoldersAboveTheRealNode) {
  sources_.environment.clear();
  ASSERT_TRUE(os::make_directories(root_ + "/node/bin"));
  ASSERT_TRUE(os::make_directories(root_ + "/node/etc"));
  ASSERT_TRUE(os::make_directories(root_ + "/links"));
  ASSERT_TRUE(os::write_file(root_ + "/node/bin/node", "", 0755));
  ASSERT_TRUE(os::make_symlink(root_ + "/node/bin/node", root_ + "/links/node"));
  write("node/etc/npmrc", "tag=found\n");
  set_variable("PATH", "/nowhere:" + root_ + "/links");
  EXPECT_EQ(load().text("tag"), "found");
}

TEST_F(SettingsTest, ListsAreReplacedAsAWhole) {
  write("home/.npmrc", "omit[]=dev\nomit[]=peer\n");
  EXPECT_EQ(load().list("omit"), (Texts{"dev", "peer"}));
  write("project/.npmrc", "omit=optional\n");
  EXPECT_EQ(load().list("omit"), Texts{"optional"});
  set_variable("npm_config_omit", "dev\n\noptional");
  EXPECT_EQ(load().list("omit"), (Texts{"dev", "optional"}));
  set_flag("omit", "dev,peer");
  EXPECT_EQ(load().list("omit"), (Texts{"dev", "peer"}));
}

TEST_F(SettingsTest, ProductionOmitsDev) {
  EXPECT_EQ(load().list("omit"), Texts{});
  set_variable("NODE_ENV", "production");
  EXPECT_EQ(load().list("omit"), Texts{"dev"});
  write("home/.npmrc", "omit=optional\n");
  EXPECT_EQ(load().list("omit"), Texts{"optional"});
  set_flag("production", "true");
  EXPECT_EQ(load().list("omit"), (Texts{"optional", "dev"}));
  EXPECT_EQ(load().find("omit")->where, "--production");
  set_flag("include", "dev");
  EXPECT_EQ(load().list("omit"), Texts{"optional"});
}

TEST_F(SettingsTest, RetiredKeysCountAsNpmReadsThem) {
  write("home/.npmrc", "only=production\n");
  EXPECT_EQ(load().list("omit"), Texts{"dev"});
  write("home/.npmrc", "optional=false\nproduction=true\nalso=development\n");
  EXPECT_EQ(load().list("omit"), Texts{"optional"});
}

TEST_F(SettingsTest, NullTakesBackWhatLowerLayersSay) {
  write("home/.npmrc", "https-proxy=http://proxy.example:1\nfetch-retries=1\n");
  write("project/.npmrc", "https-proxy=null\nfetch-retries=\n");
  EXPECT_EQ(load().text("https-proxy"), "");
  EXPECT_EQ(load().number("fetch-retries"), 3);
}

TEST_F(SettingsTest, SpellingVariantsMeanTheSameSetting) {
  write("home/.npmrc",
        "https_proxy=http://"
        "a.example\ninit.author.name=Ada\nnode-linker=isolated\nstrict-peer-dependencies="
        "true\npackage-lock-only=true\n"
        "shrinkwrap=false\noffline\n");
  const Settings settings = load();
  EXPECT_EQ(settings.text("https-proxy"), "http://a.example");
  EXPECT_EQ(settings.text("init-author-name"), "Ada");
  EXPECT_EQ(settings.find("linker")->where, "~/.npmrc:3");
  EXPECT_TRUE(settings.flag("strict-peer-deps"));
  EXPECT_TRUE(settings.flag("lockfile-only"));
  EXPECT_FALSE(settings.flag("package-lock"));
  EXPECT_TRUE(settings.flag("offline"));
}

TEST_F(SettingsTest, AnotherToolsLinkerIsAWarningNotAnError) {
  for (const char* layout : {"hoisted", "pnp"}) {
    write("project/.npmrc", std::string("node-linker=") + layout + "\n");
    const Settings settings = load();
    EXPECT_EQ(settings.text("linker"), "isolated");
    ASSERT_EQ(settings.warnings().size(), 1U);
    EXPECT_EQ(settings.warnings()[0],
              std::string(".npmrc:1: `node-linker` is ignored: setting `linker` must be "
                          "`isolated`, not `") +
                  layout + "`");
  }
}

TEST_F(SettingsTest, PathsCountFromTheFileThatHoldsThem) {
  write("home/.npmrc", "cafile=~/ca.pem\n");
  EXPECT_EQ(load().text("cafile"), root_ + "/home/ca.pem");
  write("project/.npmrc", "cafile=./certs/ca.pem\n");
  EXPECT_EQ(load().text("cafile"), root_ + "/project/certs/ca.pem");
  set_variable("npm_config_cafile", "ca.pem");
  EXPECT_EQ(load().text("cafile"), os::current_directory() + "/ca.pem");
}

TEST_F(SettingsTest, WrongTypesAreErrorsAtTheirPlace) {
  const auto expect_error = [&](std::string_view line, std::string_view what) {
    write("project/.npmrc", std::string("a=b\n") + std::string(line));
    const Error error = load_error();
    EXPECT_EQ(error.code, ErrorCode::BAD_CONFIG);
    EXPECT_EQ(error.what, what);
    EXPECT_EQ(error.where, ".npmrc:2");
  };
  expect_error("fetch-retries=many",
               "setting `fetch-retries` must be a number that is not negative, not `many`");
  expect_error("offline=maybe", "setting `offline` must be true or false, not `maybe`");
  expect_error("location=flat", "setting `location` must be one of user, project, not `flat`");
  expect_error("linker=hoisted", "setting `linker` must be `isolated`, not `hoisted`");
  expect_error("omit=prod", "setting `omit` must be one of dev, optional, peer, not `prod`");
  expect_error("https-proxy=proxy.example",
               "setting `https-proxy` must be a URL, not `proxy.example`");
  expect_error("https-proxy=me:pw@proxy.example", "setting `https-proxy` must be a URL");
  expect_error("minimum-release-age=soon",
               "setting `minimum-release-age` must be a number of seconds or a time such as `3d`, "
               "not `soon`");
}

TEST_F(SettingsTest, BadTomlAndShapesOfTheManifestAreErrors) {
  write("home/.lpm/config.toml", "linker = \n");
  EXPECT_EQ(load_error().code, ErrorCode::BAD_CONFIG);
  write("home/.lpm/config.toml", "");
  write("project/package.json", R"({"lpm": {"linker": {}}})");
  EXPECT_EQ(load_error().where, "package.json:1:20");
}

TEST_F(SettingsTest, AnUnreadableFileIsAnErrorAndAFolderIsNone) {
  ASSERT_TRUE(os::make_directories(root_ + "/home/.npmrc"));
  EXPECT_TRUE(Settings::load(sources_));
  ASSERT_TRUE(os::remove_tree(root_ + "/home/.npmrc"));
  write("home/.npmrc", "a=b\n");
  ASSERT_EQ(chmod((root_ + "/home/.npmrc").c_str(), 0), 0);
  // Without the file's bits in the way all of it can be read by that user.
  ASSERT_EQ(chmod(root_.c_str(), 0755), 0);
  EXPECT_EQ(as_another_user([&] { return Settings::load(sources_) ? 1 : 0; }), 0);
  ASSERT_EQ(chmod((root_ + "/home/.npmrc").c_str(), 0644), 0);
  EXPECT_EQ(as_another_user([&] { return Settings::load(sources_) ? 1 : 0; }), 1);
}

TEST_F(SettingsTest, HomeThatIsNoFolderHasNoSettings) {
  sources_.home = "/dev/null";
  EXPECT_TRUE(Settings::load(sources_));
  sources_.home = "";
  EXPECT_TRUE(Settings::load(sources_));
}

TEST_F(SettingsTest, ProjectsMayTightenAndNotLoosen) {
  write("home/.npmrc", "min-release-age=2\nignore-scripts=true\n");
  write("project/.npmrc",
        "strict-ssl=false\nignore-scripts=false\nminimum-release-age=1d\nforce=true\n");
  write("project/package.json",
        R"({"lpm": {"verifyStore": false, "allowDuplicateEntries": true}})");
  const Settings settings = load();
  EXPECT_TRUE(settings.flag("strict-ssl"));
  EXPECT_TRUE(settings.flag("ignore-scripts"));
  EXPECT_FALSE(settings.flag("force"));
  EXPECT_FALSE(settings.flag("allow-duplicate-entries"));
  EXPECT_EQ(settings.release_age_seconds(), 2 * 86400);
  EXPECT_EQ(settings.warnings().size(), 6U);
  EXPECT_EQ(
      std::count(
          settings.warnings().begin(), settings.warnings().end(),
          ".npmrc:1: `strict-ssl = false` is ignored: a project may only tighten this setting"),
      1);
  write("project/.npmrc", "minimum-release-age=1w\n");
  EXPECT_EQ(load().release_age_seconds(), 7 * 86400);
  set_flag("minimum-release-age", "0");
  EXPECT_EQ(load().release_age_seconds(), 0);
}

TEST_F(SettingsTest, TheUserAndTheCommandLineMayLoosen) {
  write("home/.npmrc", "strict-ssl=false\n");
  EXPECT_FALSE(load().flag("strict-ssl"));
  write("project/.npmrc", "strict-ssl=true\n");
  EXPECT_TRUE(load().flag("strict-ssl"));
  set_flag("strict-ssl", "false");
  EXPECT_FALSE(load().flag("strict-ssl"));
}

TEST_F(SettingsTest, ProjectsMayNotMoveTheUsersFiles) {
  write("other", "tag=other\n");
  write("project/.npmrc", "userconfig=../other\nprefix=/tmp\nlpm-home=x\n");
  const Settings settings = load();
  EXPECT_EQ(settings.text("tag"), "latest");
  EXPECT_EQ(settings.lpm_home(), root_ + "/home/.lpm");
  EXPECT_EQ(settings.warnings().size(), 3U);
}

TEST_F(SettingsTest, ReleaseAgeIsThatOfTheHigherLayer) {
  write("home/.npmrc", "minimum-release-age=3600\n");
  EXPECT_EQ(load().release_age_seconds(), 3600);
  write("home/.npmrc", "minimum-release-age=3600\nmin-release-age=0.5\n");
  EXPECT_EQ(load().release_age_seconds(), 43200);
  set_flag("min-release-age", "0");
  EXPECT_EQ(load().release_age_seconds(), 0);
}

TEST_F(SettingsTest, NamesEveryKeyWithoutEffectInOneLine) {
  write("home/.npmrc", "audit-level=high\nfund=false\nnodedir=/usr\n");
  write("project/.npmrc", "shamefully-hoist=true\nauto-install-peers=true\nsave-exact=true\n");
  const Settings settings = load();
  EXPECT_TRUE(settings.warnings().empty());
  EXPECT_EQ(settings.unused_keys(),
            "settings are without effect on lpm: `audit-level` (~/.npmrc:1), `nodedir` "
            "(~/.npmrc:3, unknown), `shamefully-hoist` (.npmrc:1)");
}

TEST_F(SettingsTest, SaysNothingOfKeysThatAskForWhatIsDoneAnyway) {
  write("project/.npmrc", "fund=false\nhoist-pattern[]=*\n");
  EXPECT_EQ(load().unused_keys(), "a setting is without effect on lpm: `hoist-pattern` (.npmrc:2)");
  write("project/.npmrc", "fund=false\naudit=false\n//r.example/:_authToken=t\n");
  EXPECT_EQ(load().unused_keys(), "");
}

TEST_F(SettingsTest, TakesValuesOfPnpmForItsOwn) {
  write("project/.npmrc", "color=never\nloglevel=debug\nnetwork-concurrency=7\n");
  const Settings settings = load();
  EXPECT_EQ(settings.text("color"), "false");
  EXPECT_EQ(settings.text("loglevel"), "verbose");
  EXPECT_EQ(settings.number("maxsockets"), 7);
}

TEST_F(SettingsTest, ReadsPnpmsSettingsWherePnpmHasThem) {
  write("project/pnpm-workspace.yaml",
        "packages: [a]\noverrides: {a: '1'}\nstrictPeerDependencies: true\n"
        "nodeLinker: hoisted\nminimumReleaseAge: 3\nshamefullyHoist: false\n"
        "allowBuilds: {esbuild: true}\nhoistPattern:\n- '*'\n\"\\e[31m\": 1\n");
  const Settings settings = load();
  EXPECT_TRUE(settings.flag("strict-peer-deps"));
  EXPECT_EQ(settings.release_age_seconds(), 180);
  EXPECT_EQ(settings.text("linker"), "isolated");
  ASSERT_EQ(settings.warnings().size(), 1U);
  EXPECT_TRUE(settings.warnings()[0].starts_with("pnpm-workspace.yaml:4: `node-linker` is ignored"))
      << settings.warnings()[0];
  EXPECT_EQ(settings.unused_keys(),
            "settings are without effect on lpm: `allowBuilds` (pnpm-workspace.yaml:7), "
            "`hoistPattern` (pnpm-workspace.yaml:8), `\\x1b[31m` (pnpm-workspace.yaml:10)");
}

TEST_F(SettingsTest, TheProjectsNpmrcWinsOverPnpmsFile) {
  write("project/pnpm-workspace.yaml", "savePrefix: '~'\nstrictSsl: false\n");
  EXPECT_EQ(load().text("save-prefix"), "~");
  EXPECT_TRUE(load().flag("strict-ssl"));  // a project may only tighten
  write("project/.npmrc", "save-prefix=^\n");
  EXPECT_EQ(load().text("save-prefix"), "^");
}

TEST_F(SettingsTest, AValueOfPnpmsThatLpmHasNotIsNoError) {
  write("project/pnpm-workspace.yaml", "saveExact: sometimes\nstrictPeerDependencies: true\n");
  const Settings settings = load();
  EXPECT_TRUE(settings.flag("strict-peer-deps"));
  ASSERT_EQ(settings.warnings().size(), 1U);
  EXPECT_TRUE(settings.warnings()[0].starts_with("pnpm-workspace.yaml:1: `save-exact` is ignored"))
      << settings.warnings()[0];
  EXPECT_THAT(settings.files_read(), testing::Contains(testing::EndsWith("/pnpm-workspace.yaml")));
}

TEST_F(SettingsTest, WarnsOnceAboutTypingErrorsAndKeepsUnknownKeys) {
  write("home/.npmrc",
        "fetch-retrys=3\nelectron_mirror=http://m.example\nnodedir=/usr\nfund=false\n");
  const Settings settings = load();
  ASSERT_EQ(settings.warnings().size(), 1U);
  EXPECT_EQ(settings.warnings()[0],
            "~/.npmrc:1: unknown setting `fetch-retrys`; did you mean `fetch-retries`?");
  EXPECT_EQ(settings.text("electron_mirror"), "http://m.example");
}

TEST_F(SettingsTest, ExpandsVariablesAndLeavesCredentialsOutThatCannotBe) {
  set_variable("TOKEN", "t0ken");
  write("project/.npmrc",
        "//a.example/:_authToken=${TOKEN}\n//b.example/:_authToken=${MISSING}\n//c.example/"
        ":_authToken=${MISSING?}\n"
        "tag=${MISSING-next}\n");
  const Settings settings = load();
  EXPECT_EQ(settings.text("//a.example/:_authToken"), "t0ken");
  EXPECT_EQ(settings.find("//b.example/:_authToken"), nullptr);
  EXPECT_EQ(settings.text("//c.example/:_authToken"), "");
  EXPECT_EQ(settings.text("tag"), "next");
  ASSERT_EQ(settings.warnings().size(), 1U);
  EXPECT_EQ(settings.warnings()[0],
            ".npmrc:2: `//b.example/:_authToken` is left out: the variable `MISSING` is not set");
}

TEST_F(SettingsTest, MarksSecrets) {
  write("home/.npmrc",
        "//a.example/:_authToken=x\n_auth=y\n//a.example/:username=ada\nhttps-proxy=http://"
        "u:p@a.example\n"
        "//a.example/:_password=z\nkey=pem\n");
  const Settings settings = load();
  for (const char* key :
       {"//a.example/:_authToken", "_auth", "https-proxy", "//a.example/:_password", "key"}) {
    EXPECT_TRUE(settings.find(key)->is_secret) << key;
  }
  EXPECT_FALSE(settings.find("//a.example/:username")->is_secret);
}

TEST_F(SettingsTest, ListsWinningValuesInOrder) {
  write("home/.npmrc", "zebra=1\ntag=home\n");
  write("project/.npmrc", "tag=project\n");
  const auto all = load().all();
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.key < b.key; }));
  const auto tag =
      std::find_if(all.begin(), all.end(), [](const auto& value) { return value.key == "tag"; });
  EXPECT_EQ(tag->values, Texts{"project"});
  EXPECT_EQ(all.back().key, "zebra");
}

TEST_F(SettingsTest, NamesEveryFileItLooksFor) {
  const auto files = load().files_read();
  for (const char* name :
       {"/global-npmrc", "/home/.npmrc", "/home/.lpm/config.toml", "/project/.npmrc"}) {
    EXPECT_EQ(std::count(files.begin(), files.end(), root_ + name), 1) << name;
  }
}

}  // namespace
}  // namespace lpm::config
