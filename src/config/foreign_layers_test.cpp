#include "config/test_support.h"

namespace lpm::config {
namespace {

class ForeignLayers : public ConfigTest {
 protected:
  std::string authorization(const Registries& registries, const std::string& url) {
    const auto credential = registries.credential_for(url);
    return credential ? std::string(credential->authorization.reveal()) : "none";
  }
  // One warning for each text, which it holds.
  void expect_warnings(const std::vector<std::string>& texts) {
    const std::vector<std::string> warnings = load().warnings();
    EXPECT_EQ(warnings.size(), texts.size());
    for (std::size_t i = 0; i < std::min(warnings.size(), texts.size()); ++i)
      EXPECT_NE(warnings[i].find(texts[i]), std::string::npos) << warnings[i];
  }
};

TEST_F(ForeignLayers, YarnsServersScopesAndTokensCount) {
  set_variable("ACME_TOKEN", "acme-secret");
  write("project/.yarnrc.yml", R"(
npmRegistryServer: "https://yarn.example/npm"
npmAuthToken: default-secret
npmScopes:
  acme:
    npmRegistryServer: https://acme.example/
    npmAuthToken: "${ACME_TOKEN}"
  plain:
    npmAuthToken: ${NOBODY:-fallback}
npmRegistries:
  "//other.example/x":
    npmAuthToken: other-secret
httpsProxy: http://proxy.example:8080/
nodeLinker: node-modules
)");
  const Registries made = registries();
  EXPECT_EQ(made.default_registry(), "https://yarn.example/npm/");
  EXPECT_EQ(made.registry_for("@acme/a"), "https://acme.example/");
  EXPECT_EQ(made.registry_for("@plain/a"), "https://yarn.example/npm/");
  EXPECT_EQ(authorization(made, "https://acme.example/@acme/a"), "Bearer acme-secret");
  EXPECT_EQ(authorization(made, "https://other.example/x/y"), "Bearer other-secret");
  EXPECT_EQ(authorization(made, "https://other.example/"), "none");
  EXPECT_EQ(made.proxy().https_proxy, "http://proxy.example:8080/");
  expect_warnings({});
}

TEST_F(ForeignLayers, BunsRegistriesCountAsTextAndAsTables) {
  set_variable("BUN_TOKEN", "bun-secret");
  write("project/bunfig.toml", R"(
telemetry = false
[install]
registry = { url = "https://bun.example/", token = "$BUN_TOKEN" }
exact = true
minimumReleaseAge = 3600
peer = false
linker = "hoisted"
[install.scopes]
acme = "https://acme.example/npm/"
"@team" = { username = "me", password = "$BUN_TOKEN", url = "https://team.example/" }
)");
  const Registries made = registries();
  EXPECT_EQ(made.default_registry(), "https://bun.example/");
  EXPECT_EQ(made.registry_for("@acme/a"), "https://acme.example/npm/");
  EXPECT_EQ(made.registry_for("@team/a"), "https://team.example/");
  EXPECT_EQ(authorization(made, "https://bun.example/a"), "Bearer bun-secret");
  EXPECT_EQ(authorization(made, "https://team.example/a"), "Basic bWU6YnVuLXNlY3JldA==");
  const Settings settings = load();
  EXPECT_TRUE(settings.flag("save-exact"));
  EXPECT_TRUE(settings.flag("legacy-peer-deps"));
  EXPECT_EQ(settings.release_age_seconds(), 3600);
  expect_warnings({});
}

TEST_F(ForeignLayers, PnpmsRegistriesCount) {
  write("project/pnpm-workspace.yaml", R"(
registries:
  default: https://pnpm.example/
  "@acme": https://acme.example/
)");
  EXPECT_EQ(registries().registry_for("@acme/a"), "https://acme.example/");
  EXPECT_EQ(load().text("registry"), "https://pnpm.example/");
  expect_warnings({});
}

TEST_F(ForeignLayers, LieBetweenTheUsersAndTheProjectsOwn) {
  write("home/.npmrc", "registry=https://user.example/\nsave-prefix=\n");
  write("project/.yarnrc.yml", "npmRegistryServer: https://yarn.example/\n");
  EXPECT_EQ(load().text("registry"), "https://yarn.example/");
  EXPECT_EQ(load().find("registry")->where, ".yarnrc.yml:1");
  write("project/.npmrc", "registry=https://project.example/\n");
  EXPECT_EQ(load().text("registry"), "https://project.example/");
}

TEST_F(ForeignLayers, MayNotLoosenWhatTheUserAsks) {
  write("home/.npmrc", "minimum-release-age=1d\n");
  write("project/bunfig.toml", "[install]\nminimumReleaseAge = 0\n");
  const Settings settings = load();
  EXPECT_EQ(settings.release_age_seconds(), 24 * 3600);
  expect_warnings({"a project may only tighten"});
}

TEST_F(ForeignLayers, AreWarnedAboutWhereTheyCannotBeRead) {
  write("project/.yarnrc.yml", "npmScopes: [\n");
  write("project/bunfig.toml", "[install\n");
  expect_warnings({".yarnrc.yml", "bunfig.toml"});
}

TEST_F(ForeignLayers, HoldNoPasswordInAnUrl) {
  write("project/bunfig.toml", "[install]\nregistry = \"https://me:secret@bun.example/\"\n");
  const Settings settings = load();
  expect_warnings({"is ignored"});
  EXPECT_EQ(settings.warnings().at(0).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace lpm::config
