#include "config/registries.h"

#include "config/credentials.h"
#include "config/test_support.h"

namespace lpm::config {
namespace {

class RegistriesTest : public ConfigTest {
 protected:
  std::string sent(const std::string& url) {
    const auto credential = registries().credential_for(url);
    return credential ? std::string(credential->authorization.reveal()) : "";
  }
};

TEST_F(RegistriesTest, ScopesComeBeforeTheDefault) {
  write("project/.npmrc",
        "registry=https://main.example/npm\n@team:registry=https://Team.example:8443\n");
  const Registries made = registries();
  EXPECT_EQ(made.default_registry(), "https://main.example/npm/");
  EXPECT_EQ(made.registry_for("left-pad"), "https://main.example/npm/");
  EXPECT_EQ(made.registry_for("@team/x"), "https://team.example:8443/");
  EXPECT_EQ(made.registry_for("@teams/x"), "https://main.example/npm/");
  EXPECT_TRUE(made.has_own_registry("@team"));
  EXPECT_FALSE(made.has_own_registry("@other"));
}

TEST_F(RegistriesTest, JsrHasItsOwnUnlessItIsSet) {
  write("project/.npmrc", "registry=https://main.example/npm\n");
  EXPECT_NE(registries().registry_for("@jsr/std__path"), "https://main.example/npm/");
  write("project/.npmrc", "@jsr:registry=https://mirror.example/\n");
  EXPECT_EQ(registries().registry_for("@jsr/std__path"), "https://mirror.example/");
}

TEST_F(RegistriesTest, BuiltInRegistryIsTheLastResort) {
  EXPECT_EQ(registries().default_registry(), builtin_registry());
}

TEST_F(RegistriesTest, RefusesRegistriesThatAreNoUrl) {
  write("project/.npmrc", "\nregistry=main.example\n");
  Error error = registries_error();
  EXPECT_EQ(error.code, ErrorCode::BAD_CONFIG);
  EXPECT_EQ(error.what, "`registry` must be an http or https URL, not `main.example`");
  EXPECT_EQ(error.where, ".npmrc:2");
  write("project/.npmrc", "registry=https://${UNSET_HOST}/\n");
  EXPECT_EQ(registries_error().facts.at(0).text, "the variable is not set");
  write("project/.npmrc", "@a:registry=https://user:hunter2@a.example/\n");
  error = registries_error();
  EXPECT_EQ(error.what, "`@a:registry` must not hold a user or password");
  EXPECT_TRUE(load().find("@a:registry")->is_secret);
  write("project/.npmrc", "registry=https:/user:hunter2@a.example/\n");
  EXPECT_EQ(registries_error().what, "`registry` must be an http or https URL");
  write("project/.npmrc", "@a:registry=https://user:hunter2@a.example/\n");
  EXPECT_EQ(error.where, ".npmrc:1");
}

TEST_F(RegistriesTest, CredentialGoesToItsOriginAndPathOnly) {
  write("home/.npmrc", "//r.example/team/:_authToken=T\n");
  EXPECT_EQ(sent("https://r.example/team/pkg"), "Bearer T");
  EXPECT_EQ(sent("https://R.example:443/team/pkg?x"), "Bearer T");
  EXPECT_EQ(sent("https://r.example/team"), "Bearer T");
  for (const char* url : {"https://r.example/", "https://r.example/teams/x",
                          "https://r.example:444/team/x", "https://evil.example/team/x",
                          "https://r.example.evil.example/team/x", "https://r.example/team/../x",
                          "https://r.example/team/%2e%2e/x", "https://r.example@evil.example/team/",
                          "http://r.example/team/x", "https://sub.r.example/team/x"}) {
    EXPECT_EQ(sent(url), "") << url;
  }
}

TEST_F(RegistriesTest, PortsAreExplicit) {
  write(
      "home/.npmrc",
      "//r.example:8443/:_authToken=T\n//127.0.0.1:4873/:_authToken=L\n//[::1]:99/:_authToken=V\n");
  EXPECT_EQ(sent("https://r.example:8443/x"), "Bearer T");
  EXPECT_EQ(sent("https://r.example/x"), "");
  EXPECT_EQ(sent("http://127.0.0.1:4873/x"), "Bearer L");
  EXPECT_EQ(sent("http://127.0.0.1:4874/x"), "");
  EXPECT_EQ(sent("http://[::1]:99/x"), "Bearer V");
}

TEST_F(RegistriesTest, PlainHttpNeedsAConfiguredRegistry) {
  write("home/.npmrc", "//r.example/:_authToken=T\nregistry=https://r.example/\n");
  EXPECT_EQ(sent("http://r.example/x"), "");
  EXPECT_EQ(sent("https://r.example/x"), "Bearer T");
  write("home/.npmrc", "//r.example/:_authToken=T\nregistry=http://r.example/\n");
  EXPECT_EQ(sent("http://r.example/x"), "Bearer T");
}

TEST_F(RegistriesTest, LongestPathWins) {
  write("home/.npmrc",
        "//r.example/:_authToken=root\n//r.example/a/b/:_authToken=deep\n//r.example/"
        "a:_authToken=mid\n");
  EXPECT_EQ(sent("https://r.example/a/b/c"), "Bearer deep");
  EXPECT_EQ(sent("https://r.example/a/x"), "Bearer mid");
  EXPECT_EQ(sent("https://r.example/ab"), "Bearer root");
}

TEST_F(RegistriesTest, KnowsAllFormsOfCredentials) {
  write("home/.npmrc",
        "//a.example/:_auth=dTpw\n//b.example/:username=u\n//b.example/:_password=cA==\n"
        "//c.example/:_auth=dTpw\n//c.example/:_authToken=T\n//d.example/:username=u\n"
        "//e.example/:always-auth=true\n");
  EXPECT_EQ(sent("https://a.example/"), "Basic dTpw");
  EXPECT_EQ(sent("https://b.example/"), "Basic dTpw");
  EXPECT_EQ(sent("https://c.example/"), "Bearer T");
  EXPECT_EQ(sent("https://d.example/"), "");
  EXPECT_EQ(sent("https://e.example/"), "");
}

TEST_F(RegistriesTest, HigherLayersReplaceCredentials) {
  write("home/.npmrc", "//a.example/:_authToken=user\n");
  write("project/.npmrc", "//a.example/:_authToken=project\n");
  EXPECT_EQ(sent("https://a.example/"), "Bearer project");
}

TEST_F(RegistriesTest, FingerprintsTellCredentialsApart) {
  write("home/.npmrc", "//a.example/:_authToken=one\n//b.example/:_authToken=two\n");
  const Registries made = registries();
  const auto a = made.credential_for("https://a.example/");
  const auto b = made.credential_for("https://b.example/");
  EXPECT_EQ(a->fingerprint.size(), 16U);
  EXPECT_NE(a->fingerprint, b->fingerprint);
  EXPECT_EQ(a->fingerprint.find("one"), std::string::npos);
}

TEST_F(RegistriesTest, ACredentialThatNoHeaderCanCarryIsRefusedUnseen) {
  write("home/.npmrc", "\n//a.example/:_authToken=\"hunter2\\nX-Evil: 1\"\n");
  const Error error = registries_error();
  EXPECT_EQ(error.what, "`//a.example/:_authToken` holds a control character");
  EXPECT_EQ(error.where, "~/.npmrc:2");
}

TEST_F(RegistriesTest, LooseCredentialsAreTiedToTheRegistryTheirLayerKnew) {
  write("home/.npmrc", "_authToken=T\nregistry=https://user.example/npm/\n");
  EXPECT_EQ(sent("https://user.example/npm/x"), "Bearer T");
  EXPECT_EQ(
      registries().warnings().at(0),
      "~/.npmrc:1: `_authToken` names no registry; used for `//user.example/npm/:_authToken` only");
  write("project/.npmrc", "registry=https://evil.example/\n");
  EXPECT_EQ(sent("https://evil.example/"), "");
  EXPECT_EQ(sent("https://user.example/npm/x"), "Bearer T");
}

TEST_F(RegistriesTest, ClientCertificatesBelongToTheirPlace) {
  write("home/.npmrc",
        "//a.example/:certfile=/c.pem\n//a.example/:keyfile=/k.pem\n//b.example/:certfile=/c.pem\n/"
        "/a.example/x/:_authToken=T\n");
  const Registries made = registries();
  EXPECT_EQ(made.tls_for("https://a.example/x/y").certificate_file, "/c.pem");
  EXPECT_EQ(made.tls_for("https://a.example/x/y").key_file, "/k.pem");
  EXPECT_EQ(made.tls_for("https://b.example/").certificate_file, "");
  EXPECT_EQ(made.tls_for("https://c.example/").certificate_file, "");
}

TEST_F(RegistriesTest, AuthoritiesOfTheUserCountEverywhere) {
  write("home/.npmrc", "cafile=/ca.pem\nca[]=ONE\nca[]=TWO\nstrict-ssl=false\n");
  set_variable("NODE_EXTRA_CA_CERTS", "/extra.pem");
  const TlsSettings tls = registries().tls_for("https://any.example/");
  EXPECT_EQ(tls.ca_files, (std::vector<std::string>{"/ca.pem", "/extra.pem"}));
  EXPECT_EQ(tls.ca_pems, (std::vector<std::string>{"ONE", "TWO"}));
  EXPECT_FALSE(tls.strict);
}

TEST_F(RegistriesTest, AuthoritiesOfAProjectCountForItsOwnRegistriesOnly) {
  write("home/.npmrc", "//known.example/:_authToken=T\n@u:registry=https://user.example/\n");
  write(
      "project/.npmrc",
      "cafile=/project.pem\n@a:registry=https://own.example/\n@b:registry=https://known.example/\n"
      "@c:registry=https://user.example/x/\n");
  const Registries made = registries();
  EXPECT_EQ(made.tls_for("https://own.example/x").ca_files,
            std::vector<std::string>{"/project.pem"});
  for (const char* url :
       {"https://known.example/", "https://user.example/x/", "https://other.example/"}) {
    EXPECT_TRUE(made.tls_for(url).ca_files.empty()) << url;
  }
  EXPECT_TRUE(made.tls_for(builtin_registry()).ca_files.empty());
  EXPECT_EQ(made.warnings().size(), 1U);
}

TEST_F(RegistriesTest, ProxiesComeFromSettingsThenFromTheEnvironment) {
  set_variable("HTTPS_PROXY", "http://env.example:1");
  set_variable("no_proxy", "a.example, .b.example");
  EXPECT_EQ(registries().proxy().https_proxy, "http://env.example:1");
  EXPECT_EQ(registries().proxy().http_proxy, "http://env.example:1");
  EXPECT_EQ(registries().proxy().no_proxy, (std::vector<std::string>{"a.example", ".b.example"}));
  write("home/.npmrc", "proxy=http://set.example:2\nnoproxy=c.example,d.example\n");
  EXPECT_EQ(registries().proxy().https_proxy, "http://set.example:2");
  EXPECT_EQ(registries().proxy().no_proxy, (std::vector<std::string>{"c.example", "d.example"}));
  write("home/.npmrc", "proxy=false\nhttps-proxy=false\n");
  EXPECT_EQ(registries().proxy().https_proxy, "");
  EXPECT_EQ(registries().proxy().http_proxy, "");
}

TEST(Credentials, DecodeBase64AsNodeDoes) {
  EXPECT_EQ(decode_base64_leniently("cGFzcw=="), "pass");
  EXPECT_EQ(decode_base64_leniently("cGFzcw"), "pass");
  EXPECT_EQ(decode_base64_leniently("cG Fz\ncw"), "pass");
  EXPECT_EQ(decode_base64_leniently("-_8"), "\xfb\xff");
}

}  // namespace
}  // namespace lpm::config
