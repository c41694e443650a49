// The environment of scripts, by itself and against npm's own.
#include <map>
#include <set>

#include "base/text.h"
#include "formats/json.h"
#include "os/npm_for_tests.h"
#include "tasks/package_environment.h"
#include "tasks/test_support.h"

namespace lpm::tasks {
namespace {

class ScriptEnvironment : public ProjectTest {
 protected:
  static std::map<std::string, std::string> as_map(const os::EnvironmentMap& environment) {
    return {environment.begin(), environment.end()};
  }
  std::map<std::string, std::string> environment_of(std::string_view package_json) {
    return as_map(script_environment(context(package_json), "build", "tsc"));
  }
};

TEST_F(ScriptEnvironment, FlattensThePackage) {
  const auto seen = environment_of(R"({"name": "@a/b", "version": "1.0.0",
    "config": {"port": 80, "big": 1e21, "half": 0.5, "none": null, "off": false, "on": true,
               "list": ["x", {"y": 1}], "bad=name": "x", "nul": "a\u0000b"},
    "engines": {"node": ">=18"}, "bin": {"cmd": "./../bin//cmd.js", "dot": "."}})");
  EXPECT_EQ(seen.at("npm_package_name"), "@a/b");
  EXPECT_EQ(seen.at("npm_package_version"), "1.0.0");
  EXPECT_EQ(seen.at("npm_package_config_port"), "80");
  EXPECT_EQ(seen.at("npm_package_config_big"), "1e+21");
  EXPECT_EQ(seen.at("npm_package_config_half"), "0.5");
  EXPECT_EQ(seen.at("npm_package_config_none"), "");
  EXPECT_EQ(seen.at("npm_package_config_off"), "");
  EXPECT_EQ(seen.at("npm_package_config_on"), "true");
  EXPECT_EQ(seen.at("npm_package_config_list_0"), "x");
  EXPECT_EQ(seen.at("npm_package_config_list_1_y"), "1");
  EXPECT_EQ(seen.at("npm_package_engines_node"), ">=18");
  EXPECT_EQ(seen.at("npm_package_bin_cmd"), "bin/cmd.js");
  EXPECT_FALSE(seen.contains("npm_package_bin_dot"));
  EXPECT_FALSE(seen.contains("npm_package_config_nul"));
  for (const auto& [name, value] : seen) EXPECT_EQ(name.find('='), std::string::npos);
}

TEST_F(ScriptEnvironment, PutsEveryBinFolderUpToTheRootBeforePath) {
  set_variable("PATH", "/nowhere");
  const std::string path = environment_of("{}").at("PATH");
  EXPECT_TRUE(path.starts_with(project_ + "/node_modules/.bin:" + root_ + "/node_modules/.bin:"));
  EXPECT_TRUE(path.ends_with(":/node_modules/.bin:/nowhere"));
}

TEST_F(ScriptEnvironment, NeverHoldsACredential) {
  write("home/.npmrc",
        "//r.example/"
        ":_authToken=hunter2\n_auth=hunter2\n_password=hunter2\nkey=hunter2\n@a:registry=https://"
        "hunter2.example\n");
  for (const auto& [name, value] : environment_of("{}")) {
    EXPECT_EQ(value.find("hunter2"), std::string::npos) << name;
  }
}

TEST_F(ScriptEnvironment, OwnSettingsOfAProjectDoNotTravel) {
  const auto seen = environment_of(R"({"lpm": {"strictPeerDeps": "true"}})");
  EXPECT_FALSE(seen.contains("npm_config_strict_peer_deps"));
}

TEST_F(ScriptEnvironment, KeepsWhatTheCallerHas) {
  set_variable("EDITOR", "ed");
  set_variable("npm_config_fetch_retries", "1");
  set_variable("SOMETHING", "else");
  const auto seen = environment_of("{}");
  EXPECT_EQ(seen.at("EDITOR"), "ed");
  EXPECT_EQ(seen.at("npm_config_fetch_retries"), "1");
  EXPECT_EQ(seen.at("SOMETHING"), "else");
}

TEST_F(ScriptEnvironment, TellsNpmTheRegistryOfOurOwnVariable) {
  set_variable("LPM_REGISTRY_URL", "https://r.example/");
  EXPECT_EQ(environment_of("{}").at("npm_config_registry"), "https://r.example/");
}

// Keys whose values differ from npm's, and why. Everything else must be equal.
bool is_explained(const std::string& name) {
  static const std::set<std::string> kExplained = {
      "npm_execpath",              // each names itself
      "npm_config_user_agent",     // the same
      "npm_config_npm_version",    // the npm on this machine may be another one
      "npm_config_allow_scripts",  // npm sets an empty one for want of comparing with its default
      "npm_config_fund",  // npm exports what differs from its default, we what somebody set
      "_",                // of the shell that called us
  };
  return kExplained.contains(name);
}

TEST_F(ScriptEnvironment, EqualsNpmsApartFromExplainedKeys) {
  const std::string path = os::environment_variable("PATH").value_or("");
  if (const std::string why = os::why_no_npm(path); !why.empty()) GTEST_SKIP() << why;
  write("project/dump.js",
        "require('fs').writeFileSync(process.argv[2], JSON.stringify(process.env))");
  write("home/.npmrc",
        "update-notifier=false\nfund=true\nfetch-retries=1\nelectron_mirror=http://mirror.example/"
        "\nomit[]=dev\n"
        "omit[]=optional\n//r.example/:_authToken=x\n@team:registry=https://team.example/"
        "\nsave-exact=true\n"
        "package-lock-only=true\nstrict-ssl=false\nloglevel=error\nnode-options=--no-deprecation\n"
        "registry=https://registry.example/\n");
  write("project/.npmrc", "tag=next\nca=\"one\\ntwo\"\n");
  set_variable("npm_config_maxsockets", "7");
  set_variable("npm_config_logs_max", "0");
  ScriptContext& script = context(R"({"name": "@s/app", "version": "1.2.3", "bin": "./cli.js",
    "config": {"port": 8080, "deep": {"a": [1, {"b": null}]}, "off": false, "x-y": 1.5}, "engines": {"node": ">=10"},
    "scripts": {"dump": "node dump.js"}})");
  ASSERT_TRUE(os::make_directories(project_ + "/sub"));
  script.initial_directory = project_ + "/sub";

  os::ChildOptions npm;
  npm.argv = {"npm", "run", "dump", "--", root_ + "/npm.json"};
  npm.directory = script.initial_directory;
  npm.environment = environment_;
  npm.capture_output = true;
  const auto npm_result = os::run_child(npm);
  ASSERT_TRUE(npm_result);
  ASSERT_EQ(npm_result->status, 0) << npm_result->out << npm_result->err;
  ASSERT_EQ(run(script, "dump", {root_ + "/ours.json"}), 0);

  std::map<std::string, std::string> theirs, ours;
  for (auto* side : {&theirs, &ours}) {
    const auto dump = formats::json::parse(read(side == &ours ? "ours.json" : "npm.json"), "dump");
    ASSERT_TRUE(dump);
    for (const auto& [name, value] : dump->members) (*side)[name] = value.string;
  }
  for (const auto& [name, value] : theirs) {
    if (is_explained(name)) continue;
    const auto found = ours.find(name);
    EXPECT_TRUE(found != ours.end() && found->second == value) << name << " should be " << value;
  }
  for (const auto& [name, value] : ours) {
    EXPECT_TRUE(is_explained(name) || theirs.contains(name)) << name << " = " << value;
  }
}

TEST(PackageEnvironment, PrintsNumbersAsJavaScriptDoes) {
  EXPECT_EQ(javascript_number(0), "0");
  EXPECT_EQ(javascript_number(-0.0), "0");
  EXPECT_EQ(javascript_number(100), "100");
  EXPECT_EQ(javascript_number(-1.25), "-1.25");
  EXPECT_EQ(javascript_number(1e20), "100000000000000000000");
  EXPECT_EQ(javascript_number(1e21), "1e+21");
  EXPECT_EQ(javascript_number(0.000001), "0.000001");
  EXPECT_EQ(javascript_number(0.0000001), "1e-7");
  EXPECT_EQ(javascript_number(0.1), "0.1");
}

TEST(PackageEnvironment, CleansPaths) {
  EXPECT_EQ(clean_relative_path("./a/../../b"), "b");
  EXPECT_EQ(clean_relative_path("/etc/passwd"), "etc/passwd");
  EXPECT_EQ(clean_relative_path("..\\a\\b"), "a/b");
  EXPECT_EQ(clean_relative_path(".."), "");
}

}  // namespace
}  // namespace lpm::tasks
