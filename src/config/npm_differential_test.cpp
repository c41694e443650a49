// The same files, variables and flags read by npm and by us: what both know must come out the same.
#include <algorithm>

#include "base/text.h"
#include "config/test_support.h"
#include "formats/json.h"
#include "os/npm_for_tests.h"
#include "os/process.h"

namespace lpm::config {
namespace {

using formats::json::Kind;
using formats::json::Value;

std::string text_of(const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      return "";
    case Kind::Boolean:
      return value.boolean ? "true" : "false";
    case Kind::Number:
    case Kind::String:
      return value.string;
    case Kind::Array:
      break;
    case Kind::Object:
      return "<object>";
  }
  std::vector<std::string> items;
  for (const Value& item : value.items) items.push_back(text_of(item));
  return join(items, " | ");
}

class NpmDifferential : public ConfigTest {
 protected:
  void SetUp() override {
    ConfigTest::SetUp();
    const std::string path = os::environment_variable("PATH").value_or("");
    if (const std::string why = os::why_no_npm(path); !why.empty()) GTEST_SKIP() << why;
    set_variable("PATH", path);
    set_variable("HOME", sources_.home);
    write("project/package.json", "{}");
  }

  Value npms_settings(std::vector<std::string> flags) {
    os::ChildOptions npm;
    npm.argv = {"npm", "config", "list", "--long", "--json"};
    npm.argv.insert(npm.argv.end(), flags.begin(), flags.end());
    npm.directory = sources_.project_directory;
    npm.environment = sources_.environment;
    npm.capture_output = true;
    const auto result = os::run_child(npm);
    EXPECT_TRUE(result && result->status == 0) << (result ? result->err : "");
    auto json = formats::json::parse(result ? result->out : "{}", "npm");
    EXPECT_TRUE(json);
    return json ? *json : Value();
  }

  std::string ours(const Settings& settings, std::string_view key) {
    const SettingValue* setting = settings.find(key);
    return setting == nullptr ? settings.text(key) : join(setting->values, " | ");
  }
};

TEST_F(NpmDifferential, SettingsOfAllLayers) {
  write("global-npmrc", "tag=global\nfetch-retries=1\nmessage=from global\nca[]=g\n");
  write("home/.npmrc",
        "# comment\ntag = user\nsave-prefix = '~'\nsave-peer\ninit-author-name=\"Ada \\u263a\" "
        "\ncafile=~/ca.pem\n"
        "omit[]=dev\nomit[]=peer\nstrict-ssl=false\nfetch-timeout=12.5\nproxy=null\nhttps-proxy="
        "http://proxy.example:8080\n"
        "@team:registry=https://team.example/"
        "\nnoproxy=a.example\nloglevel=silent\nunknown_key=x=y;z\n"
        "esc=a\\;b\\#c ; "
        "d\nvar=${HOME}/"
        "x\nvarunset=${NOT_SET}\nvaropt=[${NOT_SET?}]\nvaresc=\\${HOME}\n[section]\ntag=section\n");
  write("project/.npmrc",
        "tag=project\nca=\"one\\ntwo\"\nprefer-offline=true\noffline=false\nscript-shell=bash\n");
  set_variable("NPM_CONFIG_MAXSOCKETS", "7");
  set_variable("npm_config_Prefer_Dedupe", "true");
  set_variable("npm_config_INIT_LICENSE", " MIT ");
  set_variable("npm_config_include", "dev\n\noptional");
  set_variable("npm_config_node_options", "${HOME}");
  set_variable("npm_config_user_agent", "");
  set_flag("tag-version-prefix", "cli");
  set_flag("fetch-retry-factor", "3");
  const Value theirs = npms_settings({"--tag-version-prefix=cli", "--fetch-retry-factor=3"});
  const Settings settings = load();
  for (const char* key : {"tag",
                          "fetch-retries",
                          "message",
                          "ca",
                          "save-prefix",
                          "save-peer",
                          "init-author-name",
                          "cafile",
                          "omit",
                          "fetch-timeout",
                          "proxy",
                          "https-proxy",
                          "@team:registry",
                          "noproxy",
                          "loglevel",
                          "unknown_key",
                          "esc",
                          "var",
                          "varunset",
                          "varopt",
                          "varesc",
                          "prefer-offline",
                          "offline",
                          "script-shell",
                          "maxsockets",
                          "prefer-dedupe",
                          "init-license",
                          "include",
                          "node-options",
                          "tag-version-prefix",
                          "fetch-retry-factor",
                          "strict-ssl",
                          "userconfig",
                          "init-module",
                          "cache",
                          "git-tag-version",
                          "if-present",
                          "commit-hooks",
                          "init-version",
                          "package-lock",
                          "legacy-peer-deps",
                          "ignore-scripts",
                          "engine-strict",
                          "strict-peer-deps",
                          "before",
                          "dry-run"}) {
    const Value* value = theirs.find(key);
    ASSERT_NE(value, nullptr) << key;
    EXPECT_EQ(ours(settings, key), text_of(*value)) << key;
  }
}

TEST_F(NpmDifferential, EveryKeyOfNpmIsKnown) {
  for (const auto& [key, value] : npms_settings({}).members) {
    const bool is_retired = key.find('.') != std::string::npos || key == "only" || key == "also" ||
                            key == "dev" || key == "production" || key == "optional" ||
                            key == "_auth" || key == "package-lock-only" || key == "shrinkwrap";
    EXPECT_TRUE(is_retired || find_setting(key) != nullptr || !tools_with_key(key).empty())
        << key << " is new in npm";
  }
}

}  // namespace
}  // namespace lpm::config
